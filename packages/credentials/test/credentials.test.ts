import { epoch } from '@dripfleet/domain';
import { openDatabase } from '@dripfleet/store';
import { addWorker, untilWaiting } from '@dripfleet/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCredentials } from '../src/index.ts';
import { type Fixture, openFixture, values } from './credentials-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => await fixture.close());

describe('the credentials of a device', () => {
  it('are there for the next session as they were written', async () => {
    const device = await fixture.addDevice();
    const first = fixture.open(device);
    expect(await values(first, 'creds', ['self'])).toEqual({});
    const text = '{"id":"ñ🙂"}';
    await first.write([
      { kind: 'creds', id: 'self', value: text },
      { kind: 'session', id: '15550001111.0', value: 'one' },
      { kind: 'session', id: '15550001111.0', value: 'two' },
      { kind: 'pre-key', id: '1', value: 'gone' },
      { kind: 'pre-key', id: '1', value: null },
      { kind: 'pre-key', id: '2', value: '' },
    ]);
    const next = fixture.open(device);
    for (const session of [first, next]) {
      expect(await values(session, 'creds', ['self'])).toEqual({ self: text });
      expect(await values(session, 'session', ['15550001111.0', 'x'])).toEqual({
        '15550001111.0': 'two',
      });
      expect(await values(session, 'pre-key', ['1', '2'])).toEqual({ '2': '' });
    }
  });

  // Everything that a session does is a sequence of these; the cache and the queue must not show.
  it('behave like a map, for any calls, with and without a new session in between', async () => {
    const ids = fc.constantFrom('1', '2', '3');
    const kinds = fc.constantFrom('a', 'b');
    const change = fc.record({ kind: kinds, id: ids, value: fc.option(fc.string()) });
    const step = fc.oneof(
      fc.record({
        act: fc.constant('write' as const),
        changes: fc.array(change, { maxLength: 4 }),
      }),
      fc.record({ act: fc.constant('read' as const), kind: kinds }),
      fc.record({
        act: fc.constant('replace' as const),
        changes: fc.array(change, { maxLength: 4 }),
      }),
      fc.record({ act: fc.constant('reopen' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const device = await fixture.addDevice();
        let session = fixture.open(device);
        const model = new Map<string, string>();
        const answers: Promise<unknown>[] = [];
        const expected: unknown[] = [];
        for (const each of steps) {
          if (each.act === 'reopen') {
            await Promise.all(answers);
            session = fixture.open(device);
          } else if (each.act !== 'read') {
            if (each.act === 'replace') model.clear();
            answers.push(session[each.act](each.changes));
            expected.push('written');
            for (const { kind, id, value } of each.changes)
              if (value === null) model.delete(kind + id);
              else model.set(kind + id, value);
          } else {
            // Not awaited: the answer is that of the moment of the call.
            const entries = ['1', '2', '3'].flatMap((id) => {
              const value = model.get(each.kind + id);
              return value === undefined ? [] : [[id, value] as const];
            });
            answers.push(values(session, each.kind, ['1', '2', '3']));
            expected.push(Object.fromEntries(entries));
          }
        }
        expect(await Promise.all(answers)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  // What a fenced worker would store belongs to a connection that is no longer the device's.
  it('are left as they are by a worker that lost the device, whose every write says fenced', async () => {
    const device = await fixture.addDevice();
    const [old, current] = [fixture.open(device), fixture.open({ ...device, epoch: epoch(8) })];
    await old.write([{ kind: 'creds', id: 'self', value: 'before' }]);
    await fixture.store.sql('update devices set owner_epoch = 8 where id = $1', [device.deviceId]);
    await expect(old.write([{ kind: 'creds', id: 'self', value: 'late' }])).resolves.toBe('fenced');
    await expect(old.replace([])).resolves.toBe('fenced');
    await expect(old.replace([{ kind: 'creds', id: 'self', value: 'late' }])).resolves.toBe(
      'fenced',
    );
    expect(await values(current, 'creds', ['self'])).toEqual({ self: 'before' });
    const stranger = { ...device, epoch: epoch(8), worker: await addWorker(fixture.store) };
    await expect(
      fixture.open(stranger).write([{ kind: 'creds', id: 'self', value: 'other' }]),
    ).resolves.toBe('fenced');
    const fresh = await fixture.addDevice();
    await expect(
      fixture.open({ ...fresh, epoch: epoch(6) }).write([{ kind: 'a', id: '1', value: 'x' }]),
    ).resolves.toBe('fenced');
    expect(await rows('device_keys', fresh.deviceId)).toBe(0);
  });

  // Between the check and the write a claim could pass, without the lock.
  it('are fenced when a claim commits while the write waits for the device', async () => {
    const device = await fixture.addDevice();
    const session = fixture.open(device);
    await session.write([{ kind: 'a', id: '1', value: 'before' }]);
    const other = await fixture.store.connect();
    await other.sql('begin');
    await other.sql('update devices set owner_epoch = 8 where id = $1', [device.deviceId]);
    const write = session.write([{ kind: 'a', id: '1', value: 'late' }]);
    await untilWaiting(fixture.store);
    await other.sql('commit');
    await expect(write).resolves.toBe('fenced');
    await other.close();
  });

  it('are stored in the order of the calls, and read with all writes before', async () => {
    const device = await fixture.addDevice();
    const session = fixture.open(device);
    await session.write([{ kind: 'a', id: '1', value: 'cached' }]);
    const writes = Array.from(
      { length: 50 },
      async (_, n) => await session.write([{ kind: 'a', id: '1', value: String(n) }]),
    );
    expect(await values(session, 'a', ['1'])).toEqual({ '1': '49' });
    await Promise.all(writes);
    expect(await values(fixture.open(device), 'a', ['1'])).toEqual({ '1': '49' });
  });

  // A later write on top of one that is missing would make a session use a key twice.
  it('take nothing that waited behind a write that failed, and no stale value after it', async () => {
    const device = await fixture.addDevice();
    const db = openDatabase({ url: fixture.store.url, applicationName: 'test', lockTimeout: 100 });
    const session = openCredentials({ db, keyring: fixture.keyring, claim: device });
    await session.write([{ kind: 'a', id: '1', value: 'before' }]);
    const other = await fixture.store.connect();
    await other.sql('begin');
    await other.sql('select from devices where id = $1 for update', [device.deviceId]);
    await expect(session.write([{ kind: 'a', id: '1', value: 'lost' }])).rejects.toMatchObject({
      code: 'conflict',
    });
    await other.sql('rollback');
    await other.close();
    expect(await values(session, 'a', ['1'])).toEqual({ '1': 'before' });
    // Postgres takes no NUL: the first of these fails by itself, the second would not.
    const [failed, later] = await Promise.allSettled([
      session.write([{ kind: '\u0000', id: '1', value: 'lost' }]),
      session.write([{ kind: 'a', id: '2', value: 'on top' }]),
    ]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'bad_row' } });
    expect(later).toMatchObject({ status: 'rejected' });
    expect(await values(session, 'a', ['1', '2'])).toEqual({ '1': 'before' });
    // Who heard of it may go on.
    await expect(session.write([{ kind: 'a', id: '1', value: 'again' }])).resolves.toBe('written');
    await db.close();
  });

  it('answer a warm read without Postgres, also that there is none', async () => {
    const device = await fixture.addDevice();
    const db = openDatabase({ url: fixture.store.url, applicationName: 'test' });
    const session = openCredentials({ db, keyring: fixture.keyring, claim: device });
    await session.write([{ kind: 'session', id: '1', value: 'x' }]);
    expect(await values(session, 'session', ['1', '2'])).toEqual({ '1': 'x' });
    await db.close();
    expect(await values(session, 'session', ['2', '1'])).toEqual({ '1': 'x' });
    await expect(session.read('session', ['3'])).rejects.toThrow('find-credentials');
  });

  it('are all gone after a replacement by nothing, the key too, and can be written anew', async () => {
    const device = await fixture.addDevice();
    const session = fixture.open(device);
    await session.write([{ kind: 'a', id: '1', value: 'x' }]);
    await expect(session.replace([])).resolves.toBe('written');
    expect(await values(session, 'a', ['1'])).toEqual({});
    expect(await rows('device_keys', device.deviceId)).toBe(0);
    expect(await rows('device_credentials', device.deviceId)).toBe(0);
    await session.write([{ kind: 'a', id: '1', value: 'y' }]);
    expect(await values(fixture.open(device), 'a', ['1'])).toEqual({ '1': 'y' });
  });

  // Half of an old identity under a new one is unlinked by the network; none at all must be paired anew.
  it('are the old ones, all of them, when a replacement fails', async () => {
    const device = await fixture.addDevice();
    const session = fixture.open(device);
    await session.write([{ kind: 'a', id: '1', value: 'old' }]);
    const [failed, behind] = await Promise.allSettled([
      session.replace([
        { kind: 'a', id: '1', value: 'new' },
        // Postgres takes no NUL.
        { kind: '\u0000', id: '1', value: 'refused' },
      ]),
      session.write([{ kind: 'a', id: '2', value: 'on top' }]),
    ]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'bad_row' } });
    expect(behind).toMatchObject({ status: 'rejected' });
    for (const each of [session, fixture.open(device)])
      expect(await values(each, 'a', ['1', '2'])).toEqual({ '1': 'old' });
  });

  // One that was open before would encrypt with a key that is gone, and nobody could ever read it.
  it('are written with the key that is stored, when another replaced it meanwhile', async () => {
    const device = await fixture.addDevice();
    const [one, other] = [fixture.open(device), fixture.open(device)];
    await one.write([
      { kind: 'a', id: '1', value: 'x' },
      { kind: 'a', id: '2', value: 'x' },
    ]);
    await other.replace([{ kind: 'b', id: '1', value: 'new' }]);
    await expect(one.write([{ kind: 'a', id: '1', value: 'y' }])).resolves.toBe('written');
    expect(await values(one, 'a', ['1', '2'])).toEqual({ '1': 'y' });
    expect(await values(fixture.open(device), 'b', ['1'])).toEqual({ '1': 'new' });
    expect(await values(fixture.open(device), 'a', ['1'])).toEqual({ '1': 'y' });
  });
});

async function rows(table: string, device: number): Promise<number> {
  const [row] = await fixture.store.sql<{ n: number }>(
    `select count(*)::int as n from ${table} where device_id = $1`,
    [device],
  );
  return row?.n ?? 0;
}
