import type { Drill } from '../drill.ts';
import { judge } from '../lab/judge.ts';
import { findOwners } from '../lab/owned-by.ts';
import { startDrill } from '../lab/start-drill.ts';
import { until, wait } from '../lab/until.ts';
import { findConnected } from '../ledger/connections.ts';
import { findAccepted, timesToSend } from '../ledger/messages.ts';
import { lastOf, percentile } from '../ledger/percentile.ts';
import { type Figure, measured, needed, never, within } from '../report/figure.ts';

const load = { devices: 100, contactsEach: 20, gap: '1s-2s' };
const outage = 60_000;
/**
 * Nothing waits between a decision and its frame here, so what arrives later than this after Postgres had gone was
 * decided without it, ms: the time of a busy machine for the few lines of code in between.
 */
const onTheWay = 2_000;

/** Nobody can decide anything for a minute; sessions end by themselves, for nobody knows who owns them. */
export const postgresDownDrill: Drill = {
  name: 'postgres-down',
  title: 'Postgres is down for 60 s (crash)',
  setting: '100 devices, 4 workers, a message of each every 1 to 2 s',
  run: async (stage) => {
    const lab = await startDrill(stage, load);
    const { actions, postgres, ledgerWatch, phones, signal } = lab;
    const ownersBefore = await findOwners(lab);
    const before = findAccepted(ledgerWatch.read(), { from: Date.now() - 5_000 }).length;
    const fault = actions.fault('postgres_restarted', 'all');
    await postgres.crash();
    const down = Date.now();
    stage.screen.say('Postgres is down');
    await wait(outage, signal);
    const connected = findConnected(ledgerWatch.read()).size;
    // Up to now: when it is back it takes connections before its start returns.
    const back = Date.now();
    await postgres.start();
    const started = Date.now();
    actions.faultEnd('postgres_restarted', fault);
    stage.screen.say('Postgres is back');
    const times = () => timesToSend(ledgerWatch.read(), { from: back });
    await until(() => times().length === phones.size, { most: 120_000, signal });
    const resumed = times().map((time) => time - (started - back));
    const moved = countMoved(ownersBefore, await findOwners(lab));
    const share: Figure = {
      name: 'devices that another worker has now',
      value: (100 * moved) / phones.size,
      unit: 'percent',
      limit: { kind: 'guarantee', most: 1 },
    };
    return [
      needed(1, 'messages in the 5 s before', before),
      ...duringOutage(findAccepted(ledgerWatch.read(), { from: down, to: back }), down),
      measured('devices still connected at the end of it', connected),
      share,
      measured('half of the devices send again after', percentile(resumed, 0.5), 'ms'),
      within(60_000, 'all of them', lastOf(resumed, phones.size)),
      ...(await judge(lab, { whole: false })),
    ];
  },
};

function duringOutage(accepted: ReturnType<typeof findAccepted>, down: number): readonly Figure[] {
  const latest = Math.max(0, ...accepted.map(({ t }) => t - down));
  const late = accepted.filter(({ t }) => t - down > onTheWay);
  return [
    measured('messages on their way when it went', accepted.length - late.length),
    measured('the last of all accepted meanwhile came after', latest, 'ms'),
    never('messages decided meanwhile', late.length),
  ];
}

function countMoved(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): number {
  return [...before].filter(([phone, worker]) => after.get(phone) !== worker).length;
}
