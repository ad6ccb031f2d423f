import { durationMs, type PhoneNumber } from '@dripfleet/domain';
import { startSimulator } from '@dripfleet/testkit';
import { baileysTransport, type TransportTimings } from '../src/index.ts';
import { timings, transportContract } from './contract.ts';
import { madeUpIdentity } from './made-up-identity.ts';
import type { MemoryCredentials } from './memory-credentials.ts';
import { simulatorBench } from './simulator-bench.ts';

transportContract('baileys', async () => {
  const simulator = await startSimulator({ registerUnknown: true, receiptDelay: '500' });
  const identities = new Map<PhoneNumber, Promise<MemoryCredentials>>();
  const transportTo = async (url: string, changes: Partial<TransportTimings> = {}) =>
    await baileysTransport({
      url,
      timings: { ...timings, ...changes },
      typingTime: durationMs(0),
    });
  return {
    ...simulatorBench(simulator),
    transport: async (changes) => await transportTo(simulator.whatsappUrl, changes),
    deadEnd: await transportTo('ws://127.0.0.1:9/ws/chat'),
    credentials: (device) => {
      const known = identities.get(device) ?? madeUpIdentity(device);
      identities.set(device, known);
      return known;
    },
    strike: async (device, fault) => {
      // The upgrade of a WhatsApp client does not say which device it is.
      await simulator.strike(fault.on === 'upgrade' ? fault : { ...fault, device });
    },
  };
});
