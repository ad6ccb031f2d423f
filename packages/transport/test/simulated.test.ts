import { startSimulator } from '@dripfleet/testkit';
import { simulatedTransport } from '../src/index.ts';
import { timings, transportContract } from './contract.ts';

transportContract('simulated', async () => {
  const simulator = await startSimulator();
  return {
    transport: (changes) => simulatedTransport(simulator.url, { ...timings, ...changes }),
    // Nothing listens on the discard port.
    deadEnd: simulatedTransport('ws://127.0.0.1:9', timings),
    strike: async (device, fault) => {
      await simulator.strike({ ...fault, device });
    },
    messages: async (device) => {
      const lines = await simulator.ledger('message');
      return lines
        .filter((line) => line['device'] === device)
        .map((line) => ({ id: String(line['id']), outcome: String(line['outcome']) }));
    },
    connections: async (device) => {
      const lines = await simulator.ledger('connect');
      return lines.filter((line) => line['device'] === device).length;
    },
    untilDelivered: async (id) => {
      await simulator.untilSeen((line) => line.event === 'delivered' && line['id'] === id);
    },
    close: async () => await simulator.stop(),
  };
});
