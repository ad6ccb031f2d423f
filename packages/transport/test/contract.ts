import {
  durationMs,
  type MessageId,
  type NotSentReason,
  type PhoneNumber,
  phoneNumber,
  userJid,
} from '@dripfleet/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Gate,
  OutboundMessage,
  SessionCredentials,
  Transport,
  TransportTimings,
} from '../src/index.ts';
import { recordedSession } from './recorded-session.ts';

/** What a network does to the next message of a device, or to the next connection. */
export type Fault =
  | Readonly<{ on: 'message'; do: 'drop_before' | 'accept_then_drop' | 'no_ack' }>
  | Readonly<{ on: 'message'; do: 'nack'; code: number }>
  | Readonly<{ on: 'upgrade'; do: 'nack' | 'close' | 'hang' }>;

/** A transport and the network behind it, whose own record is the judge. Its receipts take half a second. */
export type ContractBench = Readonly<{
  transport(timings?: Partial<TransportTimings>): Promise<Transport>;
  /** A transport to where nobody listens. */
  deadEnd: Transport;
  strike(device: PhoneNumber, fault: Fault): Promise<void>;
  /** What the network got of a device, by message id. */
  messages(device: PhoneNumber): Promise<readonly Readonly<{ id: string; outcome: string }>[]>;
  connections(device: PhoneNumber): Promise<number>;
  /** What the device's sessions remember: the same for the same device. */
  credentials(device: PhoneNumber): Promise<SessionCredentials>;
  /** Resolves when the network has got this message. */
  untilGot(id: MessageId): Promise<void>;
  /** Resolves when the contact's phone has reported this message. */
  untilDelivered(id: MessageId): Promise<void>;
  /** A contact writes to the device. */
  say(device: PhoneNumber, text: string): Promise<void>;
  close(): Promise<void>;
}>;

export const timings: TransportTimings = {
  ackTimeout: durationMs(5_000),
  connectTimeout: durationMs(5_000),
};

const open = (): undefined => undefined;
const contact = phoneNumber('+15559990001');
let made = 0;

/** A device that nobody has used, and messages for it. */
function nextDevice() {
  made += 1;
  const device = phoneNumber(`+1555${String(made).padStart(7, '0')}`);
  let sent = 0;
  const message = (): OutboundMessage => {
    sent += 1;
    const id = `3EB0${String(made * 100 + sent).padStart(18, '0')}` as MessageId;
    return { messageId: id, toJid: userJid(contact), body: `Hello ${sent}` };
  };
  return { device, message };
}

type Connecting = Readonly<{
  timing?: Partial<TransportTimings>;
  gate?: Gate;
  transport?: Transport;
  signal?: AbortSignal;
}>;

/** Opens a session that records what it tells, and waits until it has caught up. */
async function connect(
  bench: ContractBench,
  device: PhoneNumber,
  { timing = {}, gate = open, transport, signal = new AbortController().signal }: Connecting = {},
) {
  return await recordedSession(transport ?? (await bench.transport(timing)), {
    phone: device,
    credentials: await bench.credentials(device),
    gate,
    signal,
  });
}

/** What the engine relies on in every way to WhatsApp. */
export function transportContract(name: string, openBench: () => Promise<ContractBench>): void {
  describe(`${name}: the contract of a transport`, () => {
    let bench: ContractBench;
    beforeAll(async () => {
      bench = await openBench();
    });
    afterAll(async () => await bench.close());

    describe('a send', () => {
      test('is accepted by the network\u2019s acknowledgement, and is in its record once', async () => {
        const { device, message } = nextDevice();
        const { session } = await connect(bench, device);
        const hello = message();
        expect(await session.send(hello, open)).toEqual({
          kind: 'accepted',
          at: expect.any(Number) as number,
        });
        expect(await bench.messages(device)).toEqual([
          { id: hello.messageId, outcome: 'accepted' },
        ]);
        await session.close();
      });

      test('that the network refuses is rejected with its code', async () => {
        const { device, message } = nextDevice();
        const { session } = await connect(bench, device);
        await bench.strike(device, { on: 'message', do: 'nack', code: 463 });
        expect(await session.send(message(), open)).toEqual({ kind: 'rejected', code: '463' });
        expect(await session.send(message(), open)).toMatchObject({ kind: 'accepted' });
        await session.close();
      });

      test.each(['drop_before', 'accept_then_drop'] as const)(
        'whose connection ends after the write (%s) is unconfirmed, whether it arrived or not',
        async (fate) => {
          // Guards: an error after the write taken for a failure, and the message sent a second time as new.
          const { device, message } = nextDevice();
          const { session, end } = await connect(bench, device);
          await bench.strike(device, { on: 'message', do: fate });
          expect(await session.send(message(), open)).toEqual({
            kind: 'unconfirmed',
            reason: 'closed_after_write',
          });
          expect(await end).toMatchObject({ kind: 'lost' });
          const [got] = await bench.messages(device);
          expect(got?.outcome).toBe(fate === 'drop_before' ? 'dropped' : 'accepted');
        },
      );

      test('that nobody acknowledges is accepted by its receipt', async () => {
        // Guards: a message that is on the contact's phone sent again, because one answer was lost.
        const { device, message } = nextDevice();
        const { session } = await connect(bench, device);
        await bench.strike(device, { on: 'message', do: 'no_ack' });
        expect(await session.send(message(), open)).toMatchObject({ kind: 'accepted' });
        await session.close();
      });

      test('that nobody acknowledges is unconfirmed when its time is over; the session goes on', async () => {
        const { device, message } = nextDevice();
        const impatient = { timing: { ackTimeout: durationMs(50) } };
        const { session } = await connect(bench, device, impatient);
        await bench.strike(device, { on: 'message', do: 'no_ack' });
        expect(await session.send(message(), open)).toEqual({
          kind: 'unconfirmed',
          reason: 'ack_timeout',
        });
        expect(await session.send(message(), open)).toMatchObject({ kind: 'accepted' });
        await session.close();
      });

      test('to an address that is no person is rejected, and nothing leaves', async () => {
        const { device, message } = nextDevice();
        const { session } = await connect(bench, device);
        const group = { ...message(), toJid: '123456789-1234@g.us' };
        expect(await session.send(group, open)).toMatchObject({ kind: 'rejected' });
        expect(await bench.messages(device)).toEqual([]);
        await session.close();
      });

      test('repeated with the same id and bytes is accepted again', async () => {
        const { device, message } = nextDevice();
        const { session } = await connect(bench, device);
        const hello = message();
        await session.send(hello, open);
        expect(await session.send(hello, open)).toMatchObject({ kind: 'accepted' });
        await session.close();
      });
    });

    describe('the gate', () => {
      test.each(['fenced', 'budget_passed'] as const)(
        'refusing (%s) keeps the frame from leaving',
        async (reason) => {
          // Guards invariant 4: the check must be the last thing before the write.
          const { device, message } = nextDevice();
          const { session } = await connect(bench, device);
          expect(await session.send(message(), () => reason)).toEqual({ kind: 'not_sent', reason });
          await session.send(message(), open);
          expect(await bench.messages(device)).toHaveLength(1);
          await session.close();
        },
      );

      test('of the session is asked before every frame as well', async () => {
        const { device, message } = nextDevice();
        let reason: NotSentReason | undefined;
        const { session } = await connect(bench, device, { gate: () => reason });
        reason = 'fenced';
        expect(await session.send(message(), open)).toEqual({ kind: 'not_sent', reason });
        expect(await bench.messages(device)).toEqual([]);
        await session.close();
      });

      test('refusing keeps a fenced worker from connecting', async () => {
        // Guards R4: a connect replaces the connection of the new owner.
        const { device } = nextDevice();
        await expect(connect(bench, device, { gate: () => 'fenced' })).rejects.toMatchObject({
          name: 'ConnectError',
          code: 'fenced',
        });
        expect(await bench.connections(device)).toBe(0);
      });
    });

    describe('the end of a session', () => {
      test('replaced by a newer connection is told as such', async () => {
        const { device, message } = nextDevice();
        const older = await connect(bench, device);
        const newer = await connect(bench, device);
        expect(await older.end).toMatchObject({ kind: 'replaced' });
        expect(await older.session.send(message(), open)).toEqual({
          kind: 'not_sent',
          reason: 'closed_before_write',
        });
        expect(await newer.session.send(message(), open)).toMatchObject({ kind: 'accepted' });
        await newer.session.close();
      });

      test('close resolves when it is closed, and is told as ours', async () => {
        const { device, message } = nextDevice();
        const { session, end, ends } = await connect(bench, device);
        await session.close();
        expect(await end).toMatchObject({ kind: 'closed_by_us' });
        expect(await session.send(message(), open)).toMatchObject({ kind: 'not_sent' });
        session.terminate();
        expect(ends).toHaveLength(1);
      });

      test('terminate is over in the same tick: nothing leaves after it', async () => {
        // Guards R9: a worker that was fenced must not get another frame out, not even one that was about to leave.
        const { device, message } = nextDevice();
        const { session, end } = await connect(bench, device);
        session.terminate();
        const result = session.send(message(), open);
        expect(await result).toEqual({ kind: 'not_sent', reason: 'closed_before_write' });
        expect(await end).toMatchObject({ kind: 'closed_by_us' });
        expect(await bench.messages(device)).toEqual([]);
      });

      test('what is in hand when it is terminated is unconfirmed', async () => {
        const { device, message } = nextDevice();
        const { session } = await connect(bench, device);
        await bench.strike(device, { on: 'message', do: 'no_ack' });
        const hello = message();
        const result = session.send(hello, open);
        await bench.untilGot(hello.messageId);
        session.terminate();
        expect(await result).toEqual({ kind: 'unconfirmed', reason: 'closed_after_write' });
      });
    });

    describe('receipts', () => {
      test('come while the session is open', async () => {
        const { device, message } = nextDevice();
        const { session, receipts } = await connect(bench, device);
        const hello = message();
        await session.send(hello, open);
        await bench.untilDelivered(hello.messageId);
        // What the network sent before this answer has arrived with it.
        await session.send(message(), open);
        expect(receipts).toContain(`${hello.messageId} delivered`);
        await session.close();
      });

      test('that came while the device was away are handed over before caughtUp', async () => {
        // Guards: recovery sending again what its receipt already proves.
        const { device, message } = nextDevice();
        const first = await connect(bench, device);
        await bench.strike(device, { on: 'message', do: 'accept_then_drop' });
        const hello = message();
        await first.session.send(hello, open);
        await first.end;
        await bench.untilDelivered(hello.messageId);
        const second = await connect(bench, device);
        expect(second.receipts.join()).toMatch(new RegExp(`${hello.messageId} (delivered|read)`));
        await second.session.close();
      });
    });

    describe('what contacts write', () => {
      test('comes while the session is open', async () => {
        const { device } = nextDevice();
        const { session, inbound, untilHeard } = await connect(bench, device);
        await bench.say(device, 'Who is this?');
        await untilHeard(1);
        expect(inbound).toEqual([
          {
            messageId: expect.any(String) as string,
            from: contact,
            text: 'Who is this?',
            at: expect.any(Number) as number,
          },
        ]);
        await session.close();
      });

      test('while the device was away is handed over before caughtUp, in order', async () => {
        // Guards: a message sent to somebody whose STOP was waiting.
        const { device } = nextDevice();
        const first = await connect(bench, device);
        await first.session.close();
        const words = Array.from({ length: 25 }, (_, at) => `word ${at}`);
        for (const word of [...words, 'STOP']) await bench.say(device, word);
        const second = await connect(bench, device);
        expect(second.inbound.map(({ text }) => text)).toEqual([...words, 'STOP']);
        await second.session.close();
        const third = await connect(bench, device);
        expect(third.inbound).toEqual([]);
        await third.session.close();
      });
    });

    describe('opening', () => {
      test('says when the network refuses', async () => {
        const { device } = nextDevice();
        await bench.strike(device, { on: 'upgrade', do: 'nack' });
        await expect(connect(bench, device)).rejects.toMatchObject({ code: 'refused' });
      });

      test('gives up when the network says nothing', async () => {
        const { device } = nextDevice();
        await bench.strike(device, { on: 'upgrade', do: 'hang' });
        const impatient = { timing: { connectTimeout: durationMs(50) } };
        await expect(connect(bench, device, impatient)).rejects.toMatchObject({
          name: 'ConnectError',
        });
      });

      test('says when there is no network', async () => {
        const { device } = nextDevice();
        await expect(connect(bench, device, { transport: bench.deadEnd })).rejects.toMatchObject({
          code: 'unreachable',
        });
      });

      test.each(['before', 'while'])('ends when it is aborted %s it connects', async (when) => {
        const { device } = nextDevice();
        await bench.strike(device, { on: 'upgrade', do: 'hang' });
        const stop = new AbortController();
        if (when === 'before') stop.abort();
        const opening = connect(bench, device, { signal: stop.signal });
        stop.abort();
        await expect(opening).rejects.toMatchObject({ name: 'ConnectError' });
      });
    });
  });
}
