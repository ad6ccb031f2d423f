import type { Drill, Stage } from '../drill.ts';
import { firstWorker, ownedBy } from '../lab/owned-by.ts';
import { judge } from '../lab/judge.ts';
import { type DrillLab, openDrillLab } from '../lab/open-drill-lab.ts';
import { usualFleet } from '../lab/start-drill.ts';
import { addDevices } from '../lab/start-load.ts';
import { until } from '../lab/until.ts';
import { untilSettled } from '../lab/until-settled.ts';
import { countMoves, findConnected, gapsOf } from '../ledger/connections.ts';
import { countCutOff, countInHand } from '../ledger/messages.ts';
import { lastOf, percentile } from '../ledger/percentile.ts';
import { measured, needed, never, within } from '../report/figure.ts';

/** Some more than 500: the new workers begin to take their shares before the old one is told to end. */
const load = { devices: 510, contactsEach: 8, gap: '5s-15s' };
const places = { MAX_WORKERS_PER_INSTANCE: '600' };
/** From a message to its answer, ms: as long as over a phone's line, so that there are sends to cut off. */
const answerAfter = 700;

/** A deploy: new workers are there, and the old one, which has every device, is told to end. */
export const termDrill: Drill = {
  name: 'term',
  title: 'a worker with 500 devices is ended in order (SIGTERM)',
  setting: '510 devices on one worker, three new ones beside it, a message of each every 5 to 15 s',
  run: async (stage) => {
    const { lab, owned } = await startOldWorker(stage);
    const { actions, ledgerWatch, signal } = lab;
    const old = firstWorker(lab);
    const inHand = countInHand(ledgerWatch.read(), owned);
    const fault = actions.fault('worker_terminated', [...owned]);
    const told = Date.now();
    await old.terminate();
    const ended = Date.now();
    actions.faultEnd('worker_terminated', fault);
    stage.screen.say(`${old.name} ended, which had ${owned.size} devices`);
    const isBack = () => findConnected(ledgerWatch.read()).size === load.devices;
    await until(isBack, { most: 90_000, signal });
    const ledger = ledgerWatch.read();
    const gaps = gapsOf(ledger, owned, { from: told });
    const back = gaps.filter((gap) => gap < Infinity);
    return [
      needed(500, 'devices of the worker that ends', owned.size),
      needed(1, 'sends in hand when it is told', inHand),
      within(45_000, 'ended after', ended - told),
      never('sends cut off', countCutOff(ledger, owned, { from: told, to: ended })),
      measured('device without a connection, median', percentile(gaps, 0.5), 'ms'),
      measured('device without a connection, 95 of 100', percentile(gaps, 0.95), 'ms'),
      measured('device without a connection, longest', lastOf(back, owned.size), 'ms'),
      measured('connections that came or went, for each device', movesEach(ledger, told)),
      ...(await judge(lab, { whole: false })),
    ];
  },
};

/** Alone at first, so that it gets every device; then the new ones join. */
async function startOldWorker(
  stage: Stage,
): Promise<{ lab: DrillLab; owned: ReadonlySet<string> }> {
  const lab = await openDrillLab(stage, { ...usualFleet, settings: places });
  const { devices, waves } = await addDevices(lab, load);
  const { schedulers, workers } = lab.fleet;
  const old = firstWorker(lab);
  await Promise.all([...schedulers, old].map(async (member) => await member.start()));
  await waves.enroll(load.devices * load.contactsEach);
  const slow = { on: 'message', do: 'delay', ms: answerAfter, times: 1_000_000 } as const;
  await lab.network.strike([slow]);
  await untilSettled(lab, { devices: devices.size });
  stage.screen.say(`${devices.size} devices are connected on ${old.name}`);
  const others = workers.filter((worker) => worker !== old);
  await Promise.all(others.map(async (worker) => await worker.start()));
  return { lab, owned: await ownedBy(lab, old) };
}

function movesEach(ledger: Parameters<typeof countMoves>[0], from: number): number {
  return Math.round((100 * countMoves(ledger, { from })) / load.devices) / 100;
}
