import type { Drill } from '../drill.ts';
import { judge } from '../lab/judge.ts';
import { startDrill } from '../lab/start-drill.ts';
import { until, wait } from '../lab/until.ts';
import { countMoves } from '../ledger/connections.ts';
import { findAccepted, timesToSend } from '../ledger/messages.ts';
import { lastOf } from '../ledger/percentile.ts';
import { measured, needed, never, within } from '../report/figure.ts';

const load = { devices: 100, contactsEach: 20, gap: '1s-2s' };
const outage = 60_000;
/** A worker that lets go of its devices because of Redis does it within so long, ms: two heartbeats and a claim scan. */
const aftermath = 12_000;

/** Nobody has Redis for a minute; it comes back empty, for it was killed. */
export const redisDownDrill: Drill = {
  name: 'redis-down',
  title: 'Redis is down for 60 s, for everybody',
  setting: '100 devices, 4 workers, a message of each every 1 to 2 s',
  run: async (stage) => {
    const lab = await startDrill(stage, load);
    const { actions, redis, ledgerWatch, phones, signal } = lab;
    const before = findAccepted(ledgerWatch.read(), { from: Date.now() - 5_000 }).length;
    const fault = actions.fault('redis_restarted', 'all');
    const down = Date.now();
    await redis.stop();
    stage.screen.say('Redis is down');
    await wait(outage, signal);
    await redis.start();
    const back = Date.now();
    actions.faultEnd('redis_restarted', fault);
    stage.screen.say('Redis is back');
    const times = () => timesToSend(ledgerWatch.read(), { from: back });
    await until(() => times().length === phones.size, { most: 90_000, signal });
    await wait(Math.max(0, back + aftermath - Date.now()), signal);
    const ledger = ledgerWatch.read();
    return [
      needed(1, 'messages in the 5 s before', before),
      measured(
        'messages accepted meanwhile',
        findAccepted(ledger, { from: down, to: back }).length,
      ),
      never('connections that came or went', countMoves(ledger, { from: down })),
      within(10_000, 'first message after it was back', times()[0] ?? Infinity),
      measured('every device sends again after', lastOf(times(), phones.size), 'ms'),
      ...(await judge(lab, { whole: false })),
    ];
  },
};
