import { spread } from './spread.ts';

/** Milliseconds, both ends included. */
export interface Delay {
  readonly minMs: number;
  readonly maxMs: number;
}

/** How quick the network and the contacts are. */
export interface Latency {
  /** From a message to its ack. */
  readonly ack: Delay;
  /** From the ack to `delivered`, and again from `delivered` to `read`. */
  readonly receipt: Delay;
  /** Share of the delivered messages that are also read, 0 to 1. */
  readonly readShare: number;
}

export const defaultLatency: Latency = {
  ack: { minMs: 5, maxMs: 5 },
  receipt: { minMs: 20, maxMs: 20 },
  readShare: 0.5,
};

/** How long the message with this id waits; `what` keeps an id's several waits apart. */
export function delayOf(delay: Delay, id: string, what: string): number {
  const choices = delay.maxMs - delay.minMs + 1;
  return delay.minMs + Math.floor(spread(`${what} ${id}`) * choices);
}

/** Whether the contact opens the message with this id. */
export function isRead(id: string, readShare: number): boolean {
  return spread(`read ${id}`) < readShare;
}
