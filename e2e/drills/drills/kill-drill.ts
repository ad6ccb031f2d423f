import type { Drill } from '../drill.ts';
import { firstWorker, ownedBy } from '../lab/owned-by.ts';
import { judge } from '../lab/judge.ts';
import { startDrill } from '../lab/start-drill.ts';
import { until } from '../lab/until.ts';
import { timesToConnect } from '../ledger/connections.ts';
import { lastOf, percentile } from '../ledger/percentile.ts';
import { measured, needed, within } from '../report/figure.ts';

const load = { devices: 120, contactsEach: 30, gap: '1s-2s' };

/** A worker dies without a word: the others find out by its silence. */
export const killDrill: Drill = {
  name: 'kill',
  title: 'a worker of four is killed (SIGKILL)',
  setting: '120 devices, 4 workers with room for all, a message of each every 1 to 2 s',
  run: async (stage) => {
    const lab = await startDrill(stage, load);
    const { actions, ledgerWatch, phones, signal } = lab;
    const victim = firstWorker(lab);
    const orphans = await ownedBy(lab, victim);
    actions.fault('worker_killed', [...orphans]);
    const killed = Date.now();
    await victim.kill();
    stage.screen.say(`killed ${victim.name}, which had ${orphans.size} devices`);
    const times = () => timesToConnect(ledgerWatch.read(), orphans, { from: killed });
    await until(() => times().length === orphans.size, { most: 90_000, signal });
    const back = times();
    return [
      needed(100, 'devices in all', phones.size),
      needed(1, 'devices of the killed worker', orphans.size),
      within(28_000, 'first of them connected again after', back[0] ?? Infinity),
      measured('half of them', percentile(back, 0.5), 'ms'),
      within(60_000, 'all of them', lastOf(back, orphans.size)),
      ...(await judge(lab, { whole: false })),
    ];
  },
};
