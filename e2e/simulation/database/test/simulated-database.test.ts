import type { Queryable } from '@dripfleet/store';
import { DatabaseError } from '@dripfleet/store';
import { FakeClock } from '@dripfleet/testkit';
import { describe, expect, test } from 'vitest';

import { SimulatedDatabase } from '../simulated-database.ts';
import type { Statement } from '../statement-context.ts';

const renamed: Statement = (tx, [id, name]) => {
  const device = tx.get('devices', Number(id));
  if (!device) return [];
  return [{ name: tx.update('devices', device, { name: String(name) }).name }];
};
const names: Statement = (tx) => tx.all('devices').map(({ name }) => ({ name }));
const free: Statement = (tx) =>
  tx.all('devices').filter((row) => tx.tryLock('devices', row, 'no key update'));
const shared: Statement = (tx) =>
  tx.all('devices').filter((row) => tx.tryLock('devices', row, 'share'));
const locked: Statement = (tx, [id]) => {
  const device = tx.get('devices', Number(id));
  if (device) tx.lock('devices', device, 'no key update');
  return [];
};
const added: Statement = (tx, [name]) => [tx.insert('devices', { name: String(name) })];
const addedUnless: Statement = (tx, [name]) => [
  { kind: tx.insertUnless('devices', { name: String(name) }).kind },
];
const addedTwice: Statement = (tx, [name]) => {
  tx.insert('devices', { name: 'first' });
  tx.insert('devices', { name: String(name) });
  return [];
};
const removed: Statement = (tx, [id]) => {
  const device = tx.get('devices', Number(id));
  if (device) tx.delete('devices', device);
  return [];
};
const now: Statement = (tx) => [{ now: tx.now }];
const advisory: Statement = (tx, [key]) => [{ locked: tx.tryAdvisoryLock(String(key), 'update') }];
const readsItsOwn: Statement = (tx) => {
  tx.insert('devices', { name: 'unseen' });
  return names(tx, []);
};

const lockedAndCounted: Statement = (tx, [id]) => {
  const device = tx.get('devices', Number(id));
  if (!device) return [];
  const seen = tx.all('devices').length;
  tx.lock('devices', device, 'no key update');
  return [{ name: device.name, seen }];
};
const renamedIfNamed: Statement = (tx, [from, to]) =>
  tx
    .all('devices')
    .filter(({ name }) => name === from)
    .map((row) => tx.update('devices', row, { name: String(to) }));
const skippedThenLocked: Statement = (tx, [skippable, needed]) => {
  const [one, other] = [tx.get('devices', Number(skippable)), tx.get('devices', Number(needed))];
  const got = one !== undefined && tx.tryLock('devices', one, 'share');
  if (other) tx.lock('devices', other, 'no key update');
  return [{ got }];
};

const statements = new Map<string, Statement>(
  Object.entries({
    renamed,
    names,
    free,
    shared,
    locked,
    added,
    addedUnless,
    addedTwice,
    removed,
    now,
    advisory,
    readsItsOwn,
    lockedAndCounted,
    renamedIfNamed,
    skippedThenLocked,
  }),
);

function open() {
  const clock = new FakeClock();
  const database = new SimulatedDatabase({ clock, statements });
  database.insert('devices', { name: 'a' });
  database.insert('devices', { name: 'b' });
  return { clock, database, one: database.connect(), two: database.connect() };
}

/** A transaction that stays open until it is told how to end. */
async function held(db: {
  transaction: (work: (tx: Queryable) => Promise<void>) => Promise<void>;
}) {
  let end: (how: 'commit' | 'rollback') => void = () => {};
  const told = new Promise<'commit' | 'rollback'>((resolve) => (end = resolve));
  let give: (tx: Queryable) => void = () => {};
  const given = new Promise<Queryable>((resolve) => (give = resolve));
  const done = db
    .transaction(async (tx) => {
      give(tx);
      if ((await told) === 'rollback') throw new Error('rolled back');
    })
    .catch((error: unknown) => {
      if (error instanceof DatabaseError) throw error;
    });
  const finish = async (how: 'commit' | 'rollback') => {
    end(how);
    await done;
  };
  return { tx: await given, finish };
}

const nameOf = (row: Record<string, unknown>) => row['name'];
const hasSettled = async (promise: Promise<unknown>) => {
  let settled = false;
  const note = () => (settled = true);
  void promise.then(note, note);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return settled;
};

describe('what a transaction sees', () => {
  // Guards the oracle's ground: a decision made on what was never committed.
  test('others see its writes only once it has committed', async () => {
    const { one, two } = open();
    const { tx, finish } = await held(one);
    await tx.run('renamed', [1, 'z']);
    expect((await tx.run<{ name: string }>('names')).map(nameOf)).toEqual(['z', 'b']);
    expect((await two.run<{ name: string }>('names')).map(nameOf)).toEqual(['a', 'b']);
    await finish('commit');
    expect((await two.run<{ name: string }>('names')).map(nameOf)).toEqual(['z', 'b']);
  });

  test('nobody sees what was rolled back; the number of its row is used up', async () => {
    const { database, one, two } = open();
    const { tx, finish } = await held(one);
    await tx.run('added', ['gone']);
    await tx.run('removed', [1]);
    await finish('rollback');
    expect(await two.run('added', ['next'])).toMatchObject([{ id: 4 }]);
    expect(database.dump().devices.map(nameOf)).toEqual(['a', 'b', 'next']);
  });

  // The parts of one SQL `with` read the same snapshot; a statement that saw its own writes would decide twice.
  test('a statement does not see what it writes itself, the next one does', async () => {
    const { one } = open();
    const { tx, finish } = await held(one);
    expect((await tx.run<{ name: string }>('readsItsOwn')).map(nameOf)).toEqual(['a', 'b']);
    expect(await tx.run('names')).toHaveLength(3);
    await finish('commit');
  });

  test('now() stays where the transaction began', async () => {
    const { clock, one } = open();
    const { tx, finish } = await held(one);
    const [before] = await tx.run<{ now: number }>('now');
    await clock.advance(5_000);
    expect(await tx.run('now')).toEqual([before]);
    expect(await one.run<{ now: number }>('now')).toEqual([{ now: clock.now() }]);
    await finish('commit');
  });
});

describe('locks', () => {
  test('skip locked passes by what another transaction holds, until it ends', async () => {
    const { one, two } = open();
    const { tx, finish } = await held(one);
    await tx.run('locked', [1]);
    expect((await two.run<{ name: string }>('free')).map(nameOf)).toEqual(['b']);
    expect((await tx.run<{ name: string }>('free')).map(nameOf)).toEqual(['a', 'b']);
    await finish('rollback');
    expect(await two.run('free')).toHaveLength(2);
  });

  test('any number may share a row; none of them may change it meanwhile', async () => {
    const { one, two } = open();
    const first = await held(one);
    const second = await held(two);
    expect(await first.tx.run('shared')).toHaveLength(2);
    expect(await second.tx.run('shared')).toHaveLength(2);
    expect(await second.tx.run('free')).toHaveLength(0);
    await first.finish('commit');
    expect(await second.tx.run('free')).toHaveLength(2);
    await second.finish('commit');
  });

  test('a plain lock waits for the holder, and then decides by what the holder committed', async () => {
    const { one, two, database } = open();
    const { tx, finish } = await held(one);
    await tx.run('renamed', [1, 'z']);
    const waiting = two.run('renamed', [1, 'y']);
    expect(await hasSettled(waiting)).toBe(false);
    await finish('commit');
    expect(await waiting).toEqual([{ name: 'y' }]);
    expect(database.dump().devices.map(nameOf)).toEqual(['y', 'b']);
  });

  test('a wait longer than the lock timeout is a conflict and changes nothing', async () => {
    const { clock, one, two, database } = open();
    const { tx, finish } = await held(one);
    await tx.run('locked', [1]);
    const waiting = two.run('renamed', [1, 'y']).catch((error: unknown) => error);
    await clock.untilSleeping();
    await clock.advance(1_999);
    expect(await hasSettled(waiting)).toBe(false);
    await clock.advance(1);
    expect(await waiting).toMatchObject({ code: 'conflict', sqlState: '55P03' });
    await finish('commit');
    expect(database.dump().devices.map(nameOf)).toEqual(['a', 'b']);
    expect(clock.sleeping).toBe(0);
  });

  test('two that wait for each other: one is refused, and the other goes on', async () => {
    const { one, two, database } = open();
    const first = await held(one);
    const second = await held(two);
    await first.tx.run('renamed', [1, 'one']);
    await second.tx.run('renamed', [2, 'two']);
    const waiting = first.tx.run('renamed', [2, 'both']);
    expect(await hasSettled(waiting)).toBe(false);
    await expect(second.tx.run('renamed', [1, 'both'])).rejects.toMatchObject({
      code: 'conflict',
      sqlState: '40P01',
    });
    await second.finish('rollback');
    await waiting;
    await first.finish('commit');
    expect(database.dump().devices.map(nameOf)).toEqual(['one', 'both']);
  });

  // A frozen process must not keep its locks for ever: the scheduler's shard would never be filled again.
  test('a transaction whose client does nothing for 10 s is ended by the server', async () => {
    const { clock, one, two, database } = open();
    const { tx, finish } = await held(one);
    await tx.run('renamed', [1, 'z']);
    await clock.advance(9_000);
    const waiting = two.run('renamed', [1, 'y']);
    await clock.untilSleeping();
    await clock.advance(1_000);
    expect(await waiting).toEqual([{ name: 'y' }]);
    await expect(finish('commit')).rejects.toMatchObject({ code: 'unreachable' });
    expect(database.dump().devices.map(nameOf)).toEqual(['y', 'b']);
  });

  test('an advisory lock is one holder’s until its transaction ends', async () => {
    const { one, two } = open();
    const { tx, finish } = await held(one);
    expect(await tx.run('advisory', ['shard 1'])).toEqual([{ locked: true }]);
    expect(await two.run('advisory', ['shard 1'])).toEqual([{ locked: false }]);
    expect(await two.run('advisory', ['shard 2'])).toEqual([{ locked: true }]);
    await finish('commit');
    expect(await two.run('advisory', ['shard 1'])).toEqual([{ locked: true }]);
  });
});

// What the SQL files split into statements of their own for: a statement that waited does not see all that was committed.
describe('a statement that waited', () => {
  test('sees the row it waited for as it is now, and everything else as it was when it began', async () => {
    const { one, two } = open();
    const { tx, finish } = await held(one);
    await tx.run('renamed', [1, 'z']);
    await tx.run('added', ['c']);
    const waiting = two.run('lockedAndCounted', [1]);
    expect(await hasSettled(waiting)).toBe(false);
    await finish('commit');
    expect(await waiting).toEqual([{ name: 'z', seen: 2 }]);
    expect(await two.run('lockedAndCounted', [1])).toEqual([{ name: 'z', seen: 3 }]);
  });

  test('leaves a row alone that is no longer what it looked for, or gone', async () => {
    const { one, two, database } = open();
    const first = await held(one);
    await first.tx.run('renamed', [1, 'z']);
    await first.tx.run('removed', [2]);
    const renaming = two.run('renamedIfNamed', ['a', 'never']);
    const counting = two.run('lockedAndCounted', [2]);
    await first.finish('commit');
    expect(await renaming).toEqual([]);
    expect(await counting).toEqual([]);
    expect(database.dump().devices.map(nameOf)).toEqual(['z']);
  });

  test('does not take up what it has skipped', async () => {
    const { one, two, database } = open();
    const three = database.connect();
    const first = await held(one);
    const second = await held(two);
    await first.tx.run('locked', [1]);
    await second.tx.run('locked', [2]);
    const waiting = three.run('skippedThenLocked', [1, 2]);
    await first.finish('commit');
    await second.finish('commit');
    expect(await waiting).toEqual([{ got: false }]);
    expect(await three.run('skippedThenLocked', [1, 2])).toEqual([{ got: true }]);
  });
});

describe('constraints', () => {
  test('a statement that breaks one does nothing at all', async () => {
    const { one, database } = open();
    await expect(one.run('addedTwice', ['a'])).rejects.toMatchObject({
      code: 'bad_row',
      sqlState: '23505',
      constraint: 'devices_name_key',
    });
    expect(database.dump().devices.map(nameOf)).toEqual(['a', 'b']);
  });

  test('an insert waits to know whether the same value is committed', async () => {
    const { one, two } = open();
    for (const how of ['rollback', 'commit'] as const) {
      const { tx, finish } = await held(one);
      await tx.run('added', [`new-${how}`]);
      const waiting = two.run('addedUnless', [`new-${how}`]);
      expect(await hasSettled(waiting)).toBe(false);
      await finish(how);
      expect(await waiting).toEqual([{ kind: how === 'commit' ? 'conflict' : 'inserted' }]);
    }
    // Each of the four took a number, the one in conflict as well.
    expect(await one.run('added', ['last'])).toMatchObject([{ id: 7 }]);
  });

  test('a value that was given up is free again', async () => {
    const { one } = open();
    await one.run('renamed', [1, 'z']);
    await one.run('added', ['a']);
    await one.run('removed', [2]);
    expect(await one.run('addedUnless', ['b'])).toEqual([{ kind: 'inserted' }]);
    expect(await one.run('addedUnless', ['z'])).toEqual([{ kind: 'conflict' }]);
  });

  test('a value that a transaction gave up is its own until it ends', async () => {
    const { one, two } = open();
    const { tx, finish } = await held(one);
    await tx.run('renamed', [1, 'z']);
    const waiting = two.run('addedUnless', ['a']);
    expect(await hasSettled(waiting)).toBe(false);
    await tx.run('added', ['a']);
    await finish('commit');
    expect(await waiting).toEqual([{ kind: 'conflict' }]);
  });

  test('what a waiting statement has inserted is taken, as if it had not to wait', async () => {
    const { one, two, database } = open();
    const three = database.connect();
    const { finish, tx } = await held(one);
    await tx.run('added', ['c']);
    const waiting = two.run('addedTwice', ['c']);
    expect(await hasSettled(waiting)).toBe(false);
    const behind = three.run('addedUnless', ['first']);
    expect(await hasSettled(behind)).toBe(false);
    await finish('rollback');
    await waiting;
    expect(await behind).toEqual([{ kind: 'conflict' }]);
  });

  test('a failed statement gives up all locks of its transaction', async () => {
    const { one, two } = open();
    const { tx, finish } = await held(one);
    await tx.run('locked', [1]);
    await expect(tx.run('added', ['b'])).rejects.toMatchObject({ code: 'bad_row' });
    expect(await two.run('free')).toHaveLength(2);
    await finish('rollback');
  });

  test('after a failed statement a transaction takes no other, and its commit keeps nothing', async () => {
    const { one, database } = open();
    const { tx, finish } = await held(one);
    await tx.run('renamed', [1, 'z']);
    await expect(tx.run('added', ['b'])).rejects.toMatchObject({ code: 'bad_row' });
    await expect(tx.run('names')).rejects.toMatchObject({ code: 'failed', sqlState: '25P02' });
    await finish('commit');
    expect(database.dump().devices.map(nameOf)).toEqual(['a', 'b']);
  });
});

describe('connections', () => {
  test('what a killed process had under way is rolled back, and it never hears of it', async () => {
    const { one, two, database } = open();
    const { tx } = await held(one);
    await tx.run('renamed', [1, 'z']);
    const waiting = two.run('renamed', [1, 'y']);
    one.kill();
    expect(await waiting).toEqual([{ name: 'y' }]);
    expect(await hasSettled(tx.run('names'))).toBe(false);
    expect(await hasSettled(one.run('names'))).toBe(false);
    expect(database.dump().devices.map(nameOf)).toEqual(['y', 'b']);
  });

  test('a closed one refuses', async () => {
    const { one } = open();
    await one.close();
    await expect(one.run('names')).rejects.toMatchObject({ code: 'unreachable' });
  });
});
