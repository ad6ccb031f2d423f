import { deviceId, durationMs, epochMs, type WorkerId } from '@dripfleet/domain';
import { expect, it } from 'vitest';
import type { DeviceWorker } from './device-worker.ts';
import { HandOff } from './hand-off.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
const peer = '00000000-0000-4000-8000-000000000002' as WorkerId;
const load = { wanted: 10, liveWorkers: 2, capacity: 500, owned: 10, ownedWanted: 10 };

/** Device workers that wait, as a hand-off sees them. */
const idleWorkers = [1, 2, 3].map((id) => {
  const seen = {
    activity: { kind: 'idle', since: id },
    context: { claim: { deviceId: deviceId(id) } },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a hand-off reads nothing else of it
  return seen as unknown as DeviceWorker;
});

// Guards against a worker that joins and takes half the fleet at once: each move is a reconnect.
it('finds one device to shed every two seconds', async () => {
  let now = 0;
  const handOff = new HandOff({
    clock: { monotonic: () => now },
    store: { findIdle: async () => await Promise.resolve([]) },
    findPeers: async () =>
      await Promise.resolve([
        {
          worker: peer,
          build: 'b',
          startedAt: epochMs(0),
          capacity: 500,
          devices: 0,
          redisOk: true,
        },
      ]),
    own: { build: 'b', startedAt: 0, capacity: 500 },
    horizon: durationMs(60_000),
  });
  const shed = async () => (await handOff.findShed(load, idleWorkers))?.successor;
  expect(await shed()).toBe(peer);
  now = 1_999;
  expect(await shed()).toBeUndefined();
  now = 2_000;
  expect(await shed()).toBe(peer);
});
