import type { Drill } from '../drill.ts';
import { judge } from '../lab/judge.ts';
import { firstWorker, ownedBy } from '../lab/owned-by.ts';
import { startDrill } from '../lab/start-drill.ts';
import { until, wait } from '../lab/until.ts';
import { findConnected, timesToConnect } from '../ledger/connections.ts';
import { countInHand, countLateFrames, findAccepted } from '../ledger/messages.ts';
import { lastOf } from '../ledger/percentile.ts';
import { measured, needed, never } from '../report/figure.ts';

const load = { devices: 100, contactsEach: 25, gap: '1s-2s' };
const sleep = 60_000;
/** From a message to its answer, ms, so that the worker falls asleep with sends in hand. */
const answerAfter = 500;
/** Of its 25 devices about a third waits for an answer at any moment. */
const inHandLeast = 3;
/** How long the worker is watched once it woke, ms: its first heartbeat, its fence, and its next claim scans. */
const aftermath = 15_000;

/** A worker stands still and then goes on where it stood, as after a long pause of its machine. */
export const freezeDrill: Drill = {
  name: 'freeze',
  title: 'a worker of four is stopped for 60 s (SIGSTOP, SIGCONT)',
  setting: '100 devices, 4 workers, a message of each every 1 to 2 s, answered after 0.5 s',
  run: async (stage) => {
    const lab = await startDrill(stage, load);
    const { actions, network, ledgerWatch, signal } = lab;
    const sleeper = firstWorker(lab);
    const slow = { on: 'message', do: 'delay', ms: answerAfter, times: 1_000_000 } as const;
    await network.strike([slow]);
    const owned = await ownedBy(lab, sleeper);
    await until(() => countInHand(ledgerWatch.read(), owned) >= inHandLeast, {
      most: 10_000,
      signal,
    });
    const fault = actions.fault('worker_stopped', [...owned]);
    sleeper.freeze();
    const stopped = Date.now();
    const inHand = countInHand(ledgerWatch.read(), owned);
    const old = new Map(
      [...findConnected(ledgerWatch.read())].filter(([phone]) => owned.has(phone)),
    );
    stage.screen.say(`stopped ${sleeper.name}, which had ${owned.size} devices`);
    await wait(sleep, signal);
    const woken = Date.now();
    const taken = timesToConnect(ledgerWatch.read(), owned, { from: stopped });
    sleeper.thaw();
    actions.faultEnd('worker_stopped', fault);
    stage.screen.say(`woke ${sleeper.name}`);
    await wait(aftermath, signal);
    const ledger = ledgerWatch.read();
    const late = countLateFrames(ledger, old);
    const elsewhere = findAccepted(ledger, { from: stopped, to: woken }).filter(
      ({ device = '', conn }) => owned.has(device) && conn !== old.get(device),
    );
    const goOn = new Set(elsewhere.map(({ device }) => device)).size;
    return [
      needed(inHandLeast, 'sends in hand when it was stopped', inHand),
      needed(owned.size, 'of its devices, those that went on elsewhere', goOn),
      measured('all of them were taken after', lastOf(taken, owned.size), 'ms'),
      never('frames of the sleeper accepted after its devices were taken', late.accepted),
      never('frames of the sleeper that the network refused', late.refused),
      never('connections replaced by another after it woke', countReplaced(ledger, woken)),
      ...(await judge(lab, { whole: false })),
    ];
  },
};

function countReplaced(ledger: ReturnType<typeof findAccepted>, from: number): number {
  return ledger.filter(({ t, event }) => event === 'conflict' && t >= from).length;
}
