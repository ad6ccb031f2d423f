import type { TestSimulator } from '@dripfleet/testkit';
import type { ContractBench } from './contract.ts';

/** What the contract asks of the network, which is the same over both protocols. */
export function simulatorBench(
  simulator: TestSimulator,
): Pick<
  ContractBench,
  'messages' | 'connections' | 'untilGot' | 'untilDelivered' | 'say' | 'close'
> {
  const ofDevice = async (event: string, device: string) =>
    (await simulator.ledger(event)).filter((line) => line['device'] === device);
  const until = async (event: string, id: string) => {
    await simulator.untilSeen((line) => line.event === event && line['id'] === id);
  };
  return {
    messages: async (device) =>
      (await ofDevice('message', device)).map((line) => ({
        id: String(line['id']),
        outcome: String(line['outcome']),
      })),
    connections: async (device) => (await ofDevice('connect', device)).length,
    untilGot: async (id) => await until('message', id),
    untilDelivered: async (id) => await until('delivered', id),
    say: async (device, text) => {
      await simulator.say({ from: '+15559990001', device, text });
    },
    close: async () => await simulator.stop(),
  };
}
