import { runSql } from '@dripfleet/testkit';
import type { Drill } from '../drill.ts';
import { judge } from '../lab/judge.ts';
import { startDrill } from '../lab/start-drill.ts';
import { wait } from '../lab/until.ts';
import { exactly, measured, needed, never, within } from '../report/figure.ts';

const load = { devices: 120, contactsEach: 30, gap: '1s-2s' };
/** Each device would send two and more messages in this time. */
const quiet = 5_000;

/** An operator stops everything: from the key of the command being pressed to the last message that left. */
export const pauseDrill: Drill = {
  name: 'pause',
  title: 'an operator pauses every device by the command',
  setting: '120 devices, 4 workers, a message of each every 1 to 2 s',
  run: async (stage) => {
    const lab = await startDrill(stage, load);
    const { databaseUrl, ledgerWatch, operator, phones, signal } = lab;
    const typed = Date.now();
    const said = await operator.insists('pause', '--all', '-y', '--reason', 'drill', '-o', 'json');
    const answered = Date.now();
    await wait(quiet, signal);
    const messages = ledgerWatch.read().filter(({ event }) => event === 'message');
    const lastLeft = Math.max(typed, ...messages.map(({ t }) => t));
    const audited = await runSql(
      databaseUrl,
      `select from operator_actions where action = 'device.pause' and reason = 'drill'`,
    );
    const shown = (JSON.parse(said) as readonly unknown[]).length;
    const before = messages.filter(({ t }) => t > typed - 1_000 && t <= typed).length;
    stage.screen.say(`paused; the last message left ${lastLeft - typed} ms after the command`);
    return [
      needed(40, 'messages in the second before', before),
      within(1_000, 'from the command to the last message', lastLeft - typed),
      measured('from the command to its answer', answered - typed, 'ms'),
      never('messages after it', messages.filter(({ t }) => t > typed + 1_000).length),
      exactly(phones.size, 'devices that the command shows', shown),
      exactly(phones.size, 'lines of the audit, with the reason', audited.length),
      ...(await judge(lab, { whole: false })),
    ];
  },
};
