import { readFile } from 'node:fs/promises';
import { epochMs } from '@dripfleet/domain';
import { rewrapDeviceKeys } from '@dripfleet/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addFirstKey,
  checkDeviceKeys,
  openChallenge,
  openKeyring,
  rotateKeys,
  sealChallenge,
} from '../src/index.ts';
import { type Fixture, newKeyLine, openFixture, values } from './credentials-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => await fixture.close());

const wrappedBy = async () =>
  (
    await fixture.store.sql<{ wrapped_by: string }>(
      'select distinct wrapped_by from device_keys order by 1',
    )
  ).map((row) => row.wrapped_by);

describe('rotating the keys', () => {
  // Rotation happens under traffic: thousands of sessions write while it runs.
  it('wraps all by the first key, while sessions read and write, and the old one may go', async () => {
    const devices = await Promise.all(Array.from({ length: 5 }, fixture.addDevice));
    const sessions = devices.map((device) => fixture.open(device));
    await Promise.all(
      sessions.map(async (s) => await s.write([{ kind: 'a', id: '0', value: 'old' }])),
    );
    const before = await readFile(fixture.keyFile, 'utf8');
    const name = await addFirstKey(fixture.keyFile);
    const done = new AbortController();
    const writing = sessions.map(async (session) => {
      let n = 0;
      while (!done.signal.aborted) {
        expect(await session.write([{ kind: 'a', id: '1', value: String((n += 1)) }])).toBe(
          'written',
        );
      }
      return String(n);
    });
    const progress: number[] = [];
    const result = await rotateKeys(fixture.store.db, fixture.keyring, (p) =>
      progress.push(p.rewrapped, p.total),
    );
    done.abort();
    const written = await Promise.all(writing);
    expect(result).toEqual({ wrappedBy: name, rewrapped: 5, unreadable: [] });
    expect(progress).toEqual([5, 5]);
    expect(await wrappedBy()).toEqual([name]);
    // The session's own answers still hold, and so does a write of one that knew the old wrapping only.
    for (const [index, session] of sessions.entries()) {
      expect(await values(session, 'a', ['0', '1'])).toEqual({ '0': 'old', '1': written[index] });
      expect(await session.write([{ kind: 'a', id: '2', value: 'x' }])).toBe('written');
    }
    const text = await readFile(fixture.keyFile, 'utf8');
    const oldLine = before.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';
    await fixture.writeKeyFile(text.replace(oldLine, ''));
    const withoutOld = await openKeyring(fixture.keyFile);
    for (const [index, device] of devices.entries())
      expect(await values(fixture.open(device, withoutOld), 'a', ['0', '1', '2'])).toEqual({
        '0': 'old',
        '1': written[index],
        '2': 'x',
      });
    await fixture.writeKeyFile(text);
    expect(await rotateKeys(fixture.store.db, fixture.keyring)).toMatchObject({ rewrapped: 0 });
  });

  it('names what it can not open, leaves it as it is, and changes all the others', async () => {
    const [good, bad] = [await fixture.addDevice(), await fixture.addDevice()];
    for (const device of [good, bad])
      await fixture.open(device).write([{ kind: 'a', id: '1', value: 'x' }]);
    await fixture.store.sql(
      "update device_keys set wrapped_by = 'lost' where device_id = $1 returning wrapped_key",
      [bad.deviceId],
    );
    const stored = async () =>
      await fixture.store.sql('select * from device_keys where device_id = $1', [bad.deviceId]);
    const before = await stored();
    const name = await addFirstKey(fixture.keyFile);
    const [row] = await fixture.store.sql<{ name: string }>(
      'select name from devices where id = $1',
      [bad.deviceId],
    );
    expect(await rotateKeys(fixture.store.db, fixture.keyring)).toMatchObject({
      wrappedBy: name,
      unreadable: [{ device: row?.name, wrappedBy: 'lost' }],
    });
    expect(await stored()).toEqual(before);
    expect(await values(fixture.open(good), 'a', ['1'])).toEqual({ '1': 'x' });
    expect(await checkDeviceKeys(fixture.store.db, fixture.keyring)).toMatchObject({
      older: 0,
      unreadable: [{ wrappedBy: 'lost', devices: 1, why: 'missing' }],
    });
    await fixture.store.sql('delete from device_keys where device_id = $1', [bad.deviceId]);
    expect(await checkDeviceKeys(fixture.store.db, fixture.keyring)).toMatchObject({
      unreadable: [],
      keyless: { devices: 1, names: [row?.name] },
    });
  });

  // A device that is paired anew between the look and the change has another key by then.
  it('leaves a key that changed meanwhile as it is', async () => {
    const device = await fixture.addDevice();
    await fixture.open(device).write([{ kind: 'a', id: '1', value: 'x' }]);
    const { deviceId } = device;
    const stale = { deviceId, before: Buffer.from('older'), after: Buffer.from('wrong') };
    expect(await rewrapDeviceKeys(fixture.store.db, 'x', [stale])).toBe(0);
    expect(await values(fixture.open(device), 'a', ['1'])).toEqual({ '1': 'x' });
  });

  it('tells a key of the same name and other bytes from the one that is missing', async () => {
    const [first = ''] = fixture.keyring.names;
    const { keyFile } = fixture;
    const before = await readFile(keyFile, 'utf8');
    await fixture.writeKeyFile(newKeyLine(first));
    expect(await checkDeviceKeys(fixture.store.db, await openKeyring(keyFile))).toMatchObject({
      current: 0,
      unreadable: [{ wrappedBy: first, why: 'another_key' }],
    });
    await fixture.writeKeyFile(before);
  });
});

describe('a challenge', () => {
  // One request's QR shown for another device would link the wrong phone.
  it('opens for its own request of its own device only', async () => {
    const { deviceId } = await fixture.addDevice();
    const other = await fixture.addDevice();
    const of = { deviceId, requestedAt: epochMs(1_000) };
    const sealed = await sealChallenge(fixture.keyring, of, 'ABCD-1234');
    expect(sealed.toString('latin1')).not.toContain('ABCD');
    expect(await openChallenge(fixture.keyring, of, sealed)).toBe('ABCD-1234');
    for (const wrong of [
      { ...of, requestedAt: epochMs(1_001) },
      { ...of, deviceId: other.deviceId },
    ])
      expect(await openChallenge(fixture.keyring, wrong, sealed)).toBeUndefined();
    for (let end = 0; end < sealed.length; end += 1)
      expect(await openChallenge(fixture.keyring, of, sealed.subarray(0, end))).toBeUndefined();
  });
});
