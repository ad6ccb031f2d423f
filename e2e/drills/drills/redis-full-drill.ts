import { untilConcluded } from '../../soak/until-concluded.ts';
import type { Drill } from '../drill.ts';
import { judge } from '../lab/judge.ts';
import { startDrill } from '../lab/start-drill.ts';
import { wait } from '../lab/until.ts';
import { countMoves } from '../ledger/connections.ts';
import { findAccepted, timesToSend } from '../ledger/messages.ts';
import { measured, needed, never } from '../report/figure.ts';

/** Few enough that all of it can be sent, for that is what proves that nothing was lost. */
const load = { devices: 100, contactsEach: 5, gap: '500ms-1s' };
const outage = 60_000;
const concludeMax = 150_000;

/** Redis answers, and refuses every write: its memory is used up. */
export const redisFullDrill: Drill = {
  name: 'redis-full',
  title: 'Redis is full for 60 s',
  setting: '100 devices, 4 workers, 25 messages for each; then all are sent',
  run: async (stage) => {
    const lab = await startDrill(stage, load);
    const { actions, ledgerWatch, operator, signal } = lab;
    const fault = actions.fault('redis_full', 'all');
    const full = Date.now();
    await limitMemory(lab, '1');
    stage.screen.say('Redis is full');
    await wait(outage, signal);
    await limitMemory(lab, '0');
    const back = Date.now();
    actions.faultEnd('redis_full', fault);
    stage.screen.say('Redis takes writes again');
    const left = await untilConcluded(operator, { most: concludeMax, signal, onLeft: () => {} });
    const ledger = ledgerWatch.read();
    const owed = findAccepted(ledger, { from: full }).length;
    return [
      needed(500, 'messages still to come when it was full', owed),
      measured(
        'messages accepted meanwhile',
        findAccepted(ledger, { from: full, to: back }).length,
      ),
      never('connections that came or went', countMoves(ledger, { from: full, to: back + 1_000 })),
      measured(
        'first message after it took writes',
        timesToSend(ledger, { from: back })[0] ?? Infinity,
        'ms',
      ),
      never('contacts left midway', left),
      ...(await judge(lab, { whole: true })),
    ];
  },
};

async function limitMemory(
  { withRedis }: Pick<Awaited<ReturnType<typeof startDrill>>, 'withRedis'>,
  bytes: string,
): Promise<void> {
  await withRedis(async (redis) => await redis.call('CONFIG', 'SET', 'maxmemory', bytes));
}
