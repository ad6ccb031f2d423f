import type { ControlResult } from '../../src/wire.ts';
import type { ControlAction } from '../page/api.ts';
import { formatCount, formatNames, plural } from '../parts/format.ts';

type ControlTexts = Readonly<{
  verb: string;
  /** While it is under way. */
  underway: string;
  done: string;
  effect: string;
}>;

export const controlTexts: Readonly<Record<ControlAction, ControlTexts>> = {
  pause: {
    verb: 'Pause',
    underway: 'Pausing…',
    done: 'Paused',
    effect: 'Begins nothing new. What is in flight finishes, and the session stays.',
  },
  resume: {
    verb: 'Resume',
    underway: 'Resuming…',
    done: 'Resumed',
    effect: 'Sends again, after a pause, a drain or a refused account.',
  },
  drain: {
    verb: 'Drain',
    underway: 'Draining…',
    done: 'Draining',
    effect: 'Finishes what is in flight, holds the rest, and no worker has it until it is resumed.',
  },
};

const namesShown = 5;

/** What came of it, in sentences. */
export function describeResult(
  action: ControlAction,
  { devices, unannounced }: ControlResult,
): string {
  const [only] = devices;
  const sentences =
    only && devices.length === 1 ? [describeOne(only)] : describeMany(action, devices);
  if (unannounced) sentences.push('The workers could not be told; they see it within seconds.');
  return sentences.join(' ');
}

type Outcome = ControlResult['devices'][number];

function describeOne({ name, outcome, state, inFlight, waiting }: Outcome): string {
  if (outcome === 'already') return `${name} was ${state} already.`;
  if (outcome === 'kept') return `${name} is ${state}, which is stronger; it was left so.`;
  const work = [
    ...(inFlight ? [`${formatCount(inFlight)} in flight`] : []),
    ...(waiting ? [`${formatCount(waiting)} waiting`] : []),
  ];
  return `${name} is ${state}${work.length > 0 ? `: ${work.join(', ')}` : ''}.`;
}

function describeMany(action: ControlAction, devices: readonly Outcome[]): string[] {
  const of = (outcome: Outcome['outcome']) =>
    devices.filter((device) => device.outcome === outcome);
  const [changed, already, kept] = [of('changed'), of('already'), of('kept')];
  const inFlight = changed.reduce((sum, device) => sum + (device.inFlight ?? 0), 0);
  const working = inFlight > 0 ? `, ${formatCount(inFlight)} in flight` : '';
  return [
    `${controlTexts[action].done} ${plural(changed.length, 'device')}${working}.`,
    ...(already.length > 0 ? [`Nothing to change for ${formatCount(already.length)}.`] : []),
    ...(kept.length > 0
      ? [
          `Left as they were, which is stronger: ${formatNames(
            kept.map(({ name }) => name),
            namesShown,
          )}.`,
        ]
      : []),
  ];
}
