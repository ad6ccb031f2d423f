import type { NetworkControl } from './lab/network-control.ts';
import { pause } from './lab/wait.ts';
import type { Progress } from './load/progress.ts';
import type { Waves } from './load/waves.ts';
import type { Random } from './random.ts';

/** Messages on their way for each device: about 40 s of work at its cap. */
const backlogEach = 40;
/** An import is a process of its own: not for a handful of contacts. */
const waveMin = 60;

export type Load = Readonly<{
  waves: Waves;
  progress: Progress;
  network: NetworkControl;
  devices: number;
  stepsEach: number;
  random: Random;
  /** Aborts when no more work is wanted. */
  signal: AbortSignal;
  problem(what: string): void;
}>;

/** Keeps every device busy until the signal aborts: enrolls a wave when the backlog falls. */
export async function keepBusy({ signal, ...load }: Load): Promise<void> {
  const { waves, progress, devices, stepsEach, problem } = load;
  while (!signal.aborted) {
    progress.update();
    // Who opted out leaves messages that never come: the backlog looks larger than it is, by a few in a hundred.
    const wanted = Math.floor(
      (devices * backlogEach - (waves.messages - progress.sends)) / stepsEach,
    );
    if (wanted >= waveMin) {
      await waves.enroll(wanted).catch((error: unknown) => {
        if (!signal.aborted) problem(`import: ${String(error)}`);
      });
    }
    await pause(2_000, signal);
  }
}

/** Every now and then a contact who is midway says STOP. */
export async function saySometimesStop({ signal, ...load }: Load): Promise<void> {
  const { waves, network, random, problem } = load;
  while (!signal.aborted) {
    await pause(random.between(1_000, 6_000), signal);
    const somebody = waves.takeRecent(random.next());
    if (signal.aborted || somebody === undefined) continue;
    const { contact: from, device } = somebody;
    await network.say({ from, device, text: 'STOP' }).catch((error: unknown) => {
      problem(`a contact could not say STOP: ${String(error)}`);
    });
  }
}
