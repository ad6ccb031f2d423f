import { deviceId, durationMs, type NotSentReason, phoneNumber } from '@dripfleet/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PairingChallenge, PairingRequest } from '../src/index.ts';
import { type Lab, open, openLab } from './baileys-lab.ts';
import { memoryCredentials } from './memory-credentials.ts';

let lab: Lab;
let made = 0;
beforeAll(async () => {
  lab = await openLab({ registerUnknown: false });
});
afterAll(async () => await lab.simulator.stop());

test('a device whose QR was scanned is linked, and can send from then on', async () => {
  const { phone, credentials, pair, session } = nextDevice();
  const challenges: PairingChallenge[] = [];
  const linked = await pair({
    expected: phone,
    onChallenge: (challenge) => {
      challenges.push(challenge);
      void lab.simulator.scan(challenge.content, phone);
    },
  });
  expect(linked).toBe(phone);
  expect(challenges).toEqual([
    { kind: 'qr', content: expect.any(String) as string, validFor: durationMs(60_000) },
  ]);
  expect(credentials.values('creds').has('self')).toBe(true);
  await lab.simulator.untilSeen((line) => line.event === 'paired' && line['device'] === phone);
  const opened = await session();
  expect(await opened.session.send(message, open)).toMatchObject({ kind: 'accepted' });
  await opened.session.close();
});

test('a device whose code was typed is linked', async () => {
  const { phone, pair, session } = nextDevice();
  const linked = await pair({
    method: { kind: 'code', phone },
    onChallenge: ({ kind, content }) => {
      expect(kind).toBe('code');
      void lab.simulator.typeCode(content, phone);
    },
  });
  expect(linked).toBe(phone);
  const opened = await session();
  await opened.session.close();
});

test('a phone with another number is unlinked again, and what was stored stays', async () => {
  const { phone, credentials, pair } = nextDevice();
  const stranger = phoneNumber('+15558887777');
  await credentials.write([{ kind: 'session', id: 'old', value: '"of another life"' }]);
  const pairing = pair({
    expected: phone,
    onChallenge: ({ content }) => void lab.simulator.scan(content, stranger),
  });
  await expect(pairing).rejects.toMatchObject({ name: 'ConnectError', code: 'wrong_account' });
  await lab.simulator.untilSeen((line) => line.event === 'unpaired' && line['device'] === stranger);
  expect(credentials.values('creds').size).toBe(0);
  expect(credentials.values('session').has('old')).toBe(true);
});

test('a new link takes the place of what was stored before', async () => {
  const { phone, credentials, pair } = nextDevice();
  await credentials.write([{ kind: 'session', id: 'old', value: '"of another life"' }]);
  await pair({ onChallenge: ({ content }) => void lab.simulator.scan(content, phone) });
  expect(credentials.values('session').has('old')).toBe(false);
});

test('a pairing that is given up has expired, and what was stored stays', async () => {
  // Guards: a working device that is unlinked because nobody came to scan.
  const { credentials, pair } = nextDevice();
  await credentials.write([{ kind: 'session', id: 'old', value: '"of another life"' }]);
  const stop = new AbortController();
  const pairing = pair({ onChallenge: () => stop.abort() }, stop.signal);
  await expect(pairing).rejects.toMatchObject({ name: 'ConnectError', code: 'expired' });
  expect(credentials.values('creds').size).toBe(0);
  expect(credentials.values('session').has('old')).toBe(true);
});

test('a pairing whose worker lost the device is fenced', async () => {
  const { phone, credentials, pair } = nextDevice();
  const stop = new AbortController();
  let reason: NotSentReason | undefined;
  const pairing = pair(
    {
      gate: () => reason,
      onChallenge: () => {
        reason = 'fenced';
        stop.abort();
      },
    },
    stop.signal,
  );
  await expect(pairing).rejects.toMatchObject({ code: 'fenced' });
  credentials.failWrites('fenced');
  const late = pair({ onChallenge: ({ content }) => void lab.simulator.scan(content, phone) });
  await expect(late).rejects.toMatchObject({ code: 'fenced' });
});

const message = {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
  messageId: `3EB0${'7'.repeat(18)}` as never,
  toJid: '15559990001@s.whatsapp.net',
  body: 'after pairing',
};

function nextDevice() {
  made += 1;
  const phone = phoneNumber(`+1556${String(made).padStart(7, '0')}`);
  const credentials = memoryCredentials();
  return {
    phone,
    credentials,
    pair: async (
      asked: Partial<PairingRequest> & Pick<PairingRequest, 'onChallenge'>,
      signal = new AbortController().signal,
    ) =>
      await (
        await lab.transport()
      ).pair(
        {
          deviceId: deviceId(made),
          gate: open,
          credentials,
          method: { kind: 'qr' },
          expected: undefined,
          ...asked,
        },
        signal,
      ),
    session: async () => await lab.connect({ phone, credentials, message: () => message }),
  };
}
