import type { Condition } from '../../src/wire.ts';

/** How a condition is named and drawn. Each has a shape of its own, for colour is never the only sign. */
export type ConditionLook = Readonly<{
  label: string;
  meaning: string;
  /** An SVG path in a square of 10 by 10, filled by the even-odd rule. */
  shape: string;
}>;

export const conditionLooks: Readonly<Record<Condition, ConditionLook>> = {
  open: {
    label: 'Open',
    meaning: 'Its session is open: it sends, or may',
    shape: 'M2 0h6a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H2a2 2 0 0 1-2-2V2a2 2 0 0 1 2-2z',
  },
  quiet: {
    label: 'Quiet',
    meaning: 'Nothing is due, so it needs no session',
    shape: 'M5 2.6a2.4 2.4 0 1 1 0 4.8a2.4 2.4 0 1 1 0-4.8z',
  },
  waiting: {
    label: 'Waiting',
    meaning: 'It has something to send, and no worker has it yet',
    shape: 'M5 0a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM5 2.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6z',
  },
  connecting: {
    label: 'Connecting',
    meaning: 'A worker has it and opens its session, or can’t reach the network',
    shape: 'M0 0h10v10H0zM1.8 1.8v6.4L8.2 1.8z',
  },
  paused: {
    label: 'Paused',
    meaning: 'An operator paused it: it begins nothing new',
    shape: 'M1 .5h3v9H1zM6 .5h3v9H6z',
  },
  draining: {
    label: 'Draining',
    meaning: 'It finishes what is in hand and is then let go',
    shape: 'M0 1h10L5 9.6z',
  },
  drained: {
    label: 'Drained',
    meaning: 'An operator drained it: no worker has it',
    shape: 'M0 6.5h10V10H0z',
  },
  restricted: {
    label: 'Restricted',
    meaning: 'The network limits its account for a time',
    shape: 'M5 0l5 5-5 5-5-5z',
  },
  stopped: {
    label: 'Stopped',
    meaning: 'It needs somebody: unpaired, logged out, banned or in use elsewhere',
    shape: 'M2.1 0L5 2.9 7.9 0 10 2.1 7.1 5 10 7.9 7.9 10 5 7.1 2.1 10 0 7.9 2.9 5 0 2.1z',
  },
};

/** In the order of the chips. */
export const conditions: readonly Condition[] = [
  'open',
  'quiet',
  'waiting',
  'connecting',
  'paused',
  'draining',
  'drained',
  'restricted',
  'stopped',
];

/** The custom property of the style sheet with its colour. */
export const conditionColor = (condition: Condition): string => `--${condition}`;
