import {
  durationMs,
  type MessageId,
  type PhoneNumber,
  phoneNumber,
  userJid,
} from '@dripfleet/domain';
import { startSimulator } from '@dripfleet/testkit';
import { type BaileysOptions, baileysTransport, type OutboundMessage } from '../src/index.ts';
import { madeUpIdentity } from './made-up-identity.ts';
import type { MemoryCredentials } from './memory-credentials.ts';
import { recordedSession } from './recorded-session.ts';

export const contact = phoneNumber('+15559990001');

export type LabDevice = Readonly<{
  phone: PhoneNumber;
  credentials: MemoryCredentials;
  /** The next message to the contact. */
  message(changes?: Partial<OutboundMessage>): OutboundMessage;
}>;

/** The real client on one side, the simulator as a process on the other. */
export async function openLab(settings: Parameters<typeof startSimulator>[0] = {}) {
  const simulator = await startSimulator({ registerUnknown: true, ...settings });
  let made = 0;
  const transport = async (changes: Partial<BaileysOptions> = {}) =>
    await baileysTransport({
      url: simulator.whatsappUrl,
      timings: { ackTimeout: durationMs(10_000), connectTimeout: durationMs(10_000) },
      typingTime: durationMs(0),
      ...changes,
    });
  const usual = await transport();
  const ofDevice = async (event: string, { phone }: LabDevice) =>
    (await simulator.ledger(event)).filter((line) => line['device'] === phone);
  return {
    simulator,
    transport,
    /** A device that nobody has used; its identity is made up. */
    device: async (): Promise<LabDevice> => {
      made += 1;
      const phone = phoneNumber(`+1555${String(made).padStart(7, '0')}`);
      let sent = made * 1_000;
      const message = (changes = {}) => {
        sent += 1;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
        const messageId = `3EB0${String(sent).padStart(18, '0')}` as MessageId;
        return { messageId, toJid: userJid(contact), body: `Hello ${sent}`, ...changes };
      };
      return { phone, credentials: await madeUpIdentity(phone), message };
    },
    connect: async (
      { phone, credentials }: LabDevice,
      { over = usual, ...asked }: Connecting = {},
    ) => await recordedSession(over, { phone, credentials, ...asked }),
    /** What the network got of a device: `id outcome`. */
    messages: async (device: LabDevice) =>
      (await ofDevice('message', device)).map(
        (line) => `${String(line['id'])} ${String(line['outcome'])}`,
      ),
    ofDevice,
  };
}

type Connecting = Partial<Parameters<typeof recordedSession>[1]> &
  Readonly<{ over?: Parameters<typeof recordedSession>[0] }>;

export type Lab = Awaited<ReturnType<typeof openLab>>;

export const open = (): undefined => undefined;
