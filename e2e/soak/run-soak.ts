import { Cleanup, plural, runProgram, Screen } from '@dripfleet/tools';

import { ActionLog } from './action-log.ts';
import type { Lab } from './lab/lab.ts';
import { openLab, type OpenLab } from './lab/open-lab.ts';
import { pause } from './lab/wait.ts';
import { Progress } from './load/progress.ts';
import { stepCount } from './load/soak-sequence.ts';
import type { Waves } from './load/waves.ts';
import { Nemesis } from './nemesis.ts';
import { planFaults } from './plan-faults.ts';
import { prepareRun, soakCap } from './prepare-run.ts';
import { Random } from './random.ts';
import { keepBusy, type Load, saySometimesStop } from './run-load.ts';
import type { SoakOptions } from './soak-options.ts';
import { untilConcluded } from './until-concluded.ts';
import { repeatCommand } from './repeat-command.ts';

/** The fault-free end is a tenth of the time, and at least this, ms. */
const quietMin = 40_000;
/** How long after it everything must be concluded, ms: a busy network's answer is waited out for up to 160 s. */
const concludeMax = 240_000;
const progressEvery = 10_000;

/** Runs the soak to its verdict; the exit code is 0 when the judge found nothing and nothing else went wrong. */
export async function runSoak(options: SoakOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const screen = new Screen();
  const cleanup = new Cleanup();
  try {
    return await play({ options, env, screen, cleanup });
  } finally {
    await cleanup.run();
  }
}

type Stage = Readonly<{
  options: SoakOptions;
  env: NodeJS.ProcessEnv;
  screen: Screen;
  cleanup: Cleanup;
}>;

async function play(stage: Stage): Promise<number> {
  const { options, screen, cleanup } = stage;
  screen.say(`seed ${options.seed}, ${options.duration / 60_000} min, ${options.transport}`);
  const problems: string[] = [];
  const onProblem = (what: string) => {
    problems.push(what);
    screen.say(`! ${what}`);
  };
  const lab = await openLab({ ...stage, onProblem });
  const { ledger, operator } = lab;
  const { devices, waves } = await prepareRun(lab, stage);
  const actions = new ActionLog(`${ledger}.actions.jsonl`);
  const progress = new Progress(ledger);
  await strikeAndHeal(stage, {
    lab: { ...lab, devices, actions, transport: options.transport, cap: soakCap },
    waves,
    progress,
    onProblem,
  });
  const left = await untilConcluded(operator, {
    most: concludeMax,
    signal: cleanup.signal,
    onLeft: (contacts) => screen.progress(`waiting for ${plural(contacts, 'contact')}`),
  });
  if (left !== 0) onProblem(`${plural(left, 'contact')} not concluded`);
  for (const member of lab.fleet.members) await member.close();
  return await judge(stage, lab, problems);
}

type Acts = Readonly<{
  lab: OpenLab & Pick<Lab, 'devices' | 'actions' | 'transport' | 'cap'>;
  waves: Waves;
  progress: Progress;
  onProblem(what: string): void;
}>;

/** The time with faults and the quiet time after it. */
async function strikeAndHeal(
  { options, screen, cleanup }: Stage,
  { lab, waves, progress, onProblem }: Acts,
): Promise<void> {
  const { duration, seed, faultEvery: every, contacts } = options;
  const quiet = Math.max(duration / 10, Math.min(quietMin, duration / 2));
  const over = new AbortController();
  const signal = AbortSignal.any([cleanup.signal, over.signal]);
  const random = new Random(seed + 1);
  const people = random.fork();
  const load: Load = {
    waves,
    progress,
    network: lab.network,
    devices: options.devices,
    stepsEach: stepCount,
    random: random.fork(),
    signal,
    problem: onProblem,
  };
  const nextContact = () => waves.takeRecent(people.next());
  const nemesis = new Nemesis(
    { ...lab, signal, ended: cleanup.signal, nextContact },
    {
      struck: ({ kind, target, devices: struck, lasts }) =>
        screen.say(
          `${kind.padEnd(22)} ${target}, ${struck} devices, ${(lasts / 1_000).toFixed(1)} s`,
        ),
      problem: onProblem,
    },
  );
  await waves.enroll(contacts);
  const shown = setInterval(() => showProgress(screen, { waves, progress }), progressEvery);
  const work = Promise.all([keepBusy(load), saySometimesStop(load)]);
  const faults = nemesis.run(planFaults({ seed, duration: duration - quiet, every }));
  try {
    await pause(duration - quiet, cleanup.signal);
    over.abort();
    await faults;
    await lab.network.clearRules();
    await work;
    cleanup.signal.throwIfAborted();
    screen.say('no more faults, no more work');
    await pause(quiet, cleanup.signal);
    cleanup.signal.throwIfAborted();
  } finally {
    over.abort();
    clearInterval(shown);
    await Promise.all([faults, work]);
  }
}

function showProgress(screen: Screen, { waves, progress }: Pick<Acts, 'waves' | 'progress'>): void {
  progress.update();
  const { sends, repeats } = progress;
  screen.say(`${sends} of ${waves.messages} messages, ${plural(repeats, 'repeat')}`);
}

async function judge(
  { options, env, screen }: Stage,
  { ledger, keepFiles }: OpenLab,
  problems: readonly string[],
): Promise<number> {
  const verdict = await runProgram('checker', ['--ledger', ledger, '--stops-are-kept'], env);
  screen.print(`\n${verdict.stdout}${verdict.stderr}`);
  for (const problem of problems) screen.print(`✗ ${problem}`);
  const well = verdict.code === 0 && problems.length === 0;
  if (!well || options.keep) keepFiles();
  if (!well || options.keep || options.ledger !== undefined) {
    screen.print(`\nledger, plan, actions and logs: ${ledger}*`);
  }
  screen.print(`seed ${options.seed}; again: ${repeatCommand(options)}`);
  return well ? 0 : 1;
}
