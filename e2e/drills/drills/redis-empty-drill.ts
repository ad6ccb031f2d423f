import type { Drill } from '../drill.ts';
import { judge } from '../lab/judge.ts';
import { lookAtQueues } from '../lab/look-at-queues.ts';
import { startDrill } from '../lab/start-drill.ts';
import { until, wait } from '../lab/until.ts';
import { countMoves } from '../ledger/connections.ts';
import { findAccepted } from '../ledger/messages.ts';
import { measured, needed, never, within } from '../report/figure.ts';

/** More contacts than a queue holds: 100 wait for each device. */
const load = { devices: 100, contactsEach: 130, gap: '1s-2s' };
/** A worker that lets go of its devices because of Redis does it within so long, ms: two heartbeats and a claim scan. */
const aftermath = 12_000;

/** Redis is killed, and another one with nothing in it takes its place. */
export const redisEmptyDrill: Drill = {
  name: 'redis-empty',
  title: 'Redis is killed and comes back empty',
  setting: '100 devices, 4 workers, 100 messages queued for each device',
  run: async (stage) => {
    const lab = await startDrill(stage, load);
    const { actions, redis, ledgerWatch, signal } = lab;
    const full = await lookAtQueues(lab);
    const fault = actions.fault('redis_restarted', 'all');
    const killed = Date.now();
    await redis.stop();
    await redis.start();
    const back = Date.now();
    actions.faultEnd('redis_restarted', fault);
    stage.screen.say(`Redis is back, empty; ${full.rows} messages were queued`);
    const isRefilled = async () => {
      const { rows, missing } = await lookAtQueues(lab);
      const sent = findAccepted(ledgerWatch.read(), { from: killed }).length;
      return missing === 0 && rows + sent >= full.rows;
    };
    const refilled = await until(isRefilled, { most: 120_000, signal, every: 250 });
    const took = refilled ? Date.now() - killed : Infinity;
    const { stray } = await lookAtQueues(lab);
    await wait(aftermath, signal);
    const ledger = ledgerWatch.read();
    return [
      needed(5_000, 'messages queued', full.rows),
      measured('Redis was away', back - killed, 'ms'),
      never('connections that came or went', countMoves(ledger, { from: killed })),
      within(90_000, 'backlog back in the queues after', took),
      measured('stale jobs then in the queues, which nobody will send', stray),
      ...(await judge(lab, { whole: false })),
    ];
  },
};
