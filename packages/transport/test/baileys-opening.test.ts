import { durationMs, phoneNumber } from '@dripfleet/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baileysTransport } from '../src/index.ts';
import { type Lab, type LabDevice, openLab } from './baileys-lab.ts';
import { memoryCredentials } from './memory-credentials.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(async () => await lab.simulator.stop());

describe('an identity', () => {
  test('that is absent is no session: the device is unpaired', async () => {
    const device = await lab.device();
    const opening = lab.connect({ ...device, credentials: memoryCredentials() });
    await expect(opening).rejects.toMatchObject({ name: 'ConnectError', code: 'unpaired' });
    expect(await lab.ofDevice('connect', device)).toEqual([]);
  });

  test('that pairing left half made is none', async () => {
    // Pairing by code stores the number before the phone has agreed; WhatsApp would answer 401.
    const device = await lab.device();
    await rewrite(device, (creds) => ({ ...creds, account: undefined }));
    await expect(lab.connect(device)).rejects.toMatchObject({ code: 'unpaired' });
  });

  test.each(['spoilt', 'no JSON', 'no identity'])(
    'that can not be read (%s) is not taken for absent',
    async (how) => {
      // Guards: a new identity over one that a human could still have saved.
      const device = await lab.device();
      const { credentials } = device;
      if (how === 'spoilt') credentials.spoil('creds');
      const value = how === 'no JSON' ? '{"me":' : '{"me":{}}';
      if (how !== 'spoilt') await credentials.write([{ kind: 'creds', id: 'self', value }]);
      const writes = credentials.writes.length;
      await expect(lab.connect(device)).rejects.toMatchObject({ code: 'unreadable' });
      expect(credentials.writes).toHaveLength(writes);
    },
  );

  test('of another number is refused before anything is sent', async () => {
    const device = await lab.device();
    const other = { ...device, phone: phoneNumber('+15558880000') };
    await expect(lab.connect(other)).rejects.toMatchObject({ code: 'wrong_account' });
    expect(await lab.ofDevice('connect', device)).toEqual([]);
  });
});

describe('WhatsApp that refuses the login', () => {
  test.each([401, 402, 403, 405, 406, 409, 411, 500, 503])('with %i says so', async (code) => {
    const device = await lab.device();
    await lab.simulator.strike({ on: 'login', do: 'nack', code, device: device.phone });
    await expect(lab.connect(device)).rejects.toMatchObject({ code: 'refused', status: code });
  });

  test('by asking for a restart (515) says so', async () => {
    const device = await lab.device();
    await lab.simulator.strike({ on: 'login', do: 'close', code: 515, device: device.phone });
    await expect(lab.connect(device)).rejects.toMatchObject({ code: 'refused', status: 515 });
    const { session } = await lab.connect(device);
    await session.close();
  });

  test('is not taken for a proxy that refuses the upgrade', async () => {
    // Guards: a device marked as unlinked because something in between answered 401.
    const device = await lab.device();
    await lab.simulator.strike({ on: 'upgrade', do: 'nack', code: 401 });
    await expect(lab.connect(device)).rejects.toMatchObject({ code: 'refused', status: undefined });
  });
});

test.each(['login', 'upgrade'])('a network that is silent at the %s is given up', async (on) => {
  const device = await lab.device();
  const over = await lab.transport({
    timings: { ackTimeout: durationMs(1_000), connectTimeout: durationMs(400) },
  });
  const whose = on === 'login' ? { device: device.phone } : {};
  await lab.simulator.strike({ on, do: 'hang', ...whose });
  const opening = lab.connect(device, { over });
  await expect(opening).rejects.toMatchObject({ name: 'ConnectError' });
});

describe('an open session that WhatsApp ends', () => {
  test.each([
    [401, 'lost'],
    [403, 'lost'],
    [411, 'lost'],
    [440, 'replaced'],
    [500, 'lost'],
    [503, 'lost'],
    [515, 'lost'],
  ] as const)('with %i is told once, as %s', async (code, kind) => {
    const device = await lab.device();
    const { end, ends } = await lab.connect(device);
    await lab.simulator.streamError(device.phone, code);
    expect(await end).toEqual({ kind, code });
    expect(ends).toHaveLength(1);
    // Nobody connects again by themselves.
    expect(await lab.ofDevice('connect', device)).toHaveLength(1);
  });

  test('because the phone removed the device ends with 401', async () => {
    const device = await lab.device();
    const { end } = await lab.connect(device);
    await lab.simulator.unlink(device.phone);
    expect(await end).toEqual({ kind: 'lost', code: 401 });
  });
});

test.each(['ws://web.whatsapp.com/ws/chat', 'http://127.0.0.1/'])(
  'an address without TLS (%s) is refused',
  async (url) => {
    // TLS alone tells WhatsApp from an impostor.
    const timings = { ackTimeout: durationMs(1), connectTimeout: durationMs(1) };
    const made = baileysTransport({ url, timings, typingTime: durationMs(0) });
    await expect(made).rejects.toThrow(RangeError);
  },
);

async function rewrite(
  { credentials }: LabDevice,
  change: (creds: Record<string, unknown>) => object,
): Promise<void> {
  const creds = JSON.parse(credentials.values('creds').get('self') ?? '') as Record<
    string,
    unknown
  >;
  const value = JSON.stringify(change(creds));
  await credentials.write([{ kind: 'creds', id: 'self', value }]);
}
