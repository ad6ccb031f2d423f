import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile, type Keyring, openKeyring, sealChallenge } from '@dripfleet/credentials';
import { durationMs, epoch, workerId } from '@dripfleet/domain';
import { concludePairing, type NamedDevice, showChallenge } from '@dripfleet/store';
import { FakeClock } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cancelPairing,
  type PairingRequest,
  readPairing,
  requestPairing,
  runDoctor,
  showDevice,
} from '../src/index.ts';
import { type Fleet, openFleet, steal } from './fleet-fixture.ts';

let fleet: Fleet;
let keyring: Keyring;
const keyFile = join(tmpdir(), `dripfleet-keys-${process.pid}`);
const otherFile = `${keyFile}-other`;
beforeAll(async () => {
  fleet = await openFleet();
  await createKeyFile(keyFile);
  await createKeyFile(otherFile);
  keyring = await openKeyring(keyFile);
});
afterAll(async () => {
  await fleet.close();
  await Promise.all([rm(keyFile), rm(otherFile)]);
});

const add = async (name: string): Promise<NamedDevice> => {
  const [device] = await fleet.addDevices(name);
  if (!device) throw new Error('not added');
  return device;
};
const request = async (device: string, more: Partial<PairingRequest> = {}) =>
  await requestPairing(fleet.database, { device, method: 'qr', actor: 'test', ...more });
const read = async (device: string) => await readPairing(fleet.database, keyring, device);
const set = async ({ deviceId }: NamedDevice, columns: string) =>
  await fleet.sql(`update devices set ${columns} where id = $1`, [deviceId]);

describe('pairing a device', () => {
  it('goes from the request over the challenge to the end, and leaves an audit', async () => {
    const device = await add('whole');
    expect(await read('whole')).toEqual({ kind: 'none' });
    const asked = await request('whole');
    if (asked.kind !== 'requested') throw new Error(asked.kind);
    const { requestedAt, expiresAt } = asked;
    expect(expiresAt - requestedAt).toBe(300_000);
    expect(await read('whole')).toEqual({ kind: 'requested', requestedAt });
    const claim = {
      deviceId: device.deviceId,
      worker: workerId(await fleet.own(device, 0)),
      epoch: epoch(1),
    };
    const of = { deviceId: device.deviceId, requestedAt };
    const challenge = await sealChallenge(keyring, of, 'https://wa.me/#secret');
    const ttl = durationMs(20_000);
    await showChallenge(fleet.database, claim, { requestedAt, challenge, ttl });
    expect(await read('whole')).toMatchObject({
      kind: 'waiting',
      method: 'qr',
      content: 'https://wa.me/#secret',
    });
    // A command with another key file than the workers' must not wait until the time is over.
    const otherKeys = await openKeyring(otherFile);
    expect(await readPairing(fleet.database, otherKeys, 'whole')).toMatchObject({
      kind: 'unreadable',
    });
    const end = { kind: 'failed', reason: 'the phone said no' } as const;
    await concludePairing(fleet.database, claim, { requestedAt, end });
    expect(await read('whole')).toEqual({
      kind: 'failed',
      requestedAt,
      reason: 'the phone said no',
    });
    expect(
      await fleet.sql(
        "select actor, action, detail from operator_actions where object = 'device:whole' and action like 'device.pair%'",
      ),
    ).toEqual([{ actor: 'test', action: 'device.pair', detail: { method: 'qr' } }]);
  });

  it('is withdrawn by its own request only', async () => {
    const { deviceId } = await add('withdrawn');
    const [first, second] = [await request('withdrawn'), await request('withdrawn')];
    if (first.kind !== 'requested' || second.kind !== 'requested') throw new Error('refused');
    const cancel = async ({ requestedAt }: typeof first) =>
      await cancelPairing(fleet.database, {
        device: 'withdrawn',
        deviceId,
        requestedAt,
        actor: 'a',
      });
    expect(await cancel(first)).toBe(false);
    expect(await cancel(second)).toBe(true);
    expect(await read('withdrawn')).toMatchObject({ kind: 'failed', reason: 'cancelled' });
  });

  // What the device remembers is forgotten when it is paired: never by mistake, while it works.
  it('is refused while its session is open, but not when the worker of that session is dead', async () => {
    const [live, dead] = [await add('open-live'), await add('open-dead')];
    await fleet.own(live, 1_000);
    await fleet.own(dead, 25_000);
    expect(await request('open-live')).toEqual({ kind: 'session_open' });
    expect(await request('open-dead')).toMatchObject({ kind: 'requested' });
    await set(live, "session_state = 'restricted', restriction = 'new_contacts'");
    expect(await request('open-live')).toEqual({ kind: 'session_open' });
    await set(live, "session_state = 'logged_out', restriction = null");
    expect(await request('open-live')).toMatchObject({ kind: 'requested' });
  });

  it('is refused for a device that is drained or unknown', async () => {
    const device = await add('rested');
    await set(device, "desired_state = 'drained'");
    expect(await request('rested')).toEqual({ kind: 'drained', state: 'drained' });
    await expect(request('restde')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('by code needs a number: the given one, or that of the device, and never two', async () => {
    const device = await add('coded');
    expect(await request('coded', { method: 'code' })).toMatchObject({ kind: 'requested' });
    expect(await request('coded', { method: 'code', phone: '+15550009999' })).toEqual({
      kind: 'other_phone',
    });
    await set(device, 'phone = null');
    expect(await request('coded', { method: 'code' })).toEqual({ kind: 'phone_missing' });
    expect(await request('coded', { method: 'code', phone: '555' })).toMatchObject({
      kind: 'phone_invalid',
    });
    await fleet.sql("update devices set phone = '+15550008888' where name = 'rested'");
    expect(await request('coded', { method: 'code', phone: '+15550008888' })).toEqual({
      kind: 'phone_taken',
    });
    expect(await request('coded', { method: 'code', phone: '+1 555 000-7777' })).toMatchObject({
      kind: 'requested',
    });
    expect(await fleet.sql("select phone from devices where name = 'coded'")).toEqual([
      { phone: '+15550007777' },
    ]);
  });
});

describe('a device whose session needs somebody', () => {
  const defaults = { caps: [], gap: { min: durationMs(0), max: durationMs(0) } };
  it.each([
    ['unpaired', '', 'dripfleet pair sick'],
    ['pairing', '', 'dripfleet pair sick'],
    ['logged_out', '', 'dripfleet pair sick'],
    ['banned', '', 'dripfleet resume sick'],
    ['conflict', '', 'dripfleet resume sick'],
    ['unreachable', '', 'keeps trying'],
    ['restricted', ", restriction = 'everybody'", 'dripfleet resume sick'],
    ['restricted', ", restriction = 'new_contacts'", 'those it knows go on'],
    [
      'restricted',
      ", restriction = 'new_contacts', restricted_until = '2036-01-01'",
      'new contacts until 2036-01-01',
    ],
    ['restricted', ", restricted_until = '2036-01-01'", 'restricted the account until 2036-01-01'],
  ])('%s%s: is told with why and the next command', async (state, more, advice) => {
    const [known] = await fleet.sql("select 1 from devices where name = 'sick'");
    if (!known) await add('sick');
    await fleet.sql(
      `update devices set restriction = null, restricted_until = null, state_reason = 'code 401', session_state = 'closed'
        where name = 'sick'`,
    );
    await fleet.sql(`update devices set session_state = '${state}'${more} where name = 'sick'`);
    const report = await showDevice(fleet.database, 'sick', { defaults, steal });
    expect(report.advice.join('\n')).toContain(advice);
    expect(report.details.session).toMatchObject({ state, reason: 'code 401' });
  });

  // Pairing anew destroys an identity that a mended key file would have brought back.
  it('is told to mend and resume first when what it has stored can not be read', async () => {
    await add('locked');
    await fleet.sql(
      `update devices set session_state = 'unpaired', state_reason = 'its stored credentials cannot be read: why'
        where name = 'locked'`,
    );
    const { advice } = await showDevice(fleet.database, 'locked', { defaults, steal });
    const text = advice.join('\n');
    expect(text).toContain('dripfleet resume locked');
    expect(text.indexOf('dripfleet pair locked')).toBeGreaterThan(text.indexOf('resume locked'));
  });

  it('is counted by the doctor when only pairing helps', async () => {
    await add('gone');
    await fleet.sql("update devices set session_state = 'logged_out' where name = 'gone'");
    const checks = await runDoctor({
      nodeVersion: '20.20.2',
      database: fleet.database,
      redis: { problem: 'none' },
      clock: new FakeClock(),
      steal,
      defaults,
      keyFile,
    });
    expect(checks.find(({ name }) => name === 'Linked phones')).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('gone'),
      fix: expect.stringContaining('dripfleet pair'),
    });
    expect(checks.find(({ name }) => name === 'Key file')).toMatchObject({ status: 'ok' });
  });
});
