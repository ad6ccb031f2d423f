import type { NotSentReason } from '@dripfleet/domain';
import { expect, it } from 'vitest';
import { FrameGate, type RawSocket } from './frame-gate.ts';

/** A connection that takes every frame, and takes its time to end. */
function lineOf(written: unknown[]): RawSocket {
  return {
    readyState: 1,
    OPEN: 1,
    send: (data, sent) => {
      written.push(data);
      sent?.();
    },
    close: () => {},
    terminate: () => {},
    once: () => {},
  };
}

// Guards against frames after the one that was kept back, while the connection ends: the peer could read none of them.
it('keeps back every frame after one that it refused, and says each was sent', () => {
  const written: unknown[] = [];
  const line = lineOf(written);
  let refusal: NotSentReason | undefined;
  const gate = new FrameGate(line, () => refusal);
  expect(gate.inHand).toBeUndefined();
  line.send('before');
  refusal = 'fenced';
  line.send('refused');
  refusal = undefined;
  let told = 0;
  line.send('after', () => (told += 1));
  expect(written).toEqual(['before']);
  expect(told).toBe(1);
});
