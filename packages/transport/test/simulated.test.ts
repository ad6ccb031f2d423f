import { durationMs, deviceId, phoneNumber } from '@dripfleet/domain';
import { startSimulator } from '@dripfleet/testkit';
import { expect, test } from 'vitest';
import { simulatedTransport } from '../src/index.ts';
import { timings, transportContract } from './contract.ts';
import { memoryCredentials } from './memory-credentials.ts';
import { simulatorBench } from './simulator-bench.ts';

transportContract('simulated', async () => {
  const simulator = await startSimulator({ receiptDelay: '500' });
  return {
    ...simulatorBench(simulator),
    transport: (changes) =>
      Promise.resolve(simulatedTransport(simulator.url, { ...timings, ...changes })),
    // Nothing listens on the discard port.
    deadEnd: simulatedTransport('ws://127.0.0.1:9', timings),
    credentials: () => Promise.resolve(memoryCredentials()),
    strike: async (device, fault) => {
      await simulator.strike({ ...fault, device });
    },
  };
});

test('a simulated device can not be paired', async () => {
  const pairing = simulatedTransport('ws://127.0.0.1:9', timings).pair(
    {
      deviceId: deviceId(1),
      gate: () => undefined,
      credentials: memoryCredentials(),
      method: { kind: 'qr' },
      expected: phoneNumber('+15550000001'),
      onChallenge: () => {},
    },
    AbortSignal.timeout(durationMs(1_000)),
  );
  await expect(pairing).rejects.toMatchObject({ name: 'ConnectError', code: 'unsupported' });
});
