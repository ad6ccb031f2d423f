import { expect, it } from 'vitest';
import type { DeviceContext, WorkerDeps } from './device-context.ts';
import { DeviceState } from './device-state.ts';

/** A clock on which no time passes: a sleep ends by its signal alone. */
const stopped = {
  monotonic: () => 0,
  sleep: (_duration: number, signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended')));
    }),
};

function openState(): DeviceState {
  const context = { claim: { deviceId: 1, worker: 'w', previousOwner: undefined } };
  const deps = { clock: stopped, observe: () => {}, openQueue: () => ({}) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a pause reads nothing else of them
  return new DeviceState(context as unknown as DeviceContext, deps as unknown as WorkerDeps);
}

// Guards: devices that go on waiting for up to a minute when what failed is back.
it('a pause after a problem ends when what failed may work again', async () => {
  const state = openState();
  const paused = state.backOff(new Error('Redis does not answer'));
  expect(state.activity.kind).toBe('backing_off');
  state.retryNow();
  await expect(paused).resolves.toBeUndefined();
});

it('and when the device worker is to end', async () => {
  const state = openState();
  const paused = state.backOff(new Error('Redis does not answer'));
  state.stop('test');
  await expect(paused).resolves.toBeUndefined();
});
