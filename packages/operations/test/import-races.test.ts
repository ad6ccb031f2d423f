import { phoneHash, phoneNumber } from '@dripfleet/domain';
import {
  exitRuns,
  getSettings,
  insertSuppression,
  lockContacts,
  lockSuppressions,
  openDatabase,
} from '@dripfleet/store';
import { importContacts } from '../src/index.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EnrollmentFixture,
  openEnrollmentFixture,
  people,
  phoneOf,
} from './enrollment-fixture.ts';

let fixture: EnrollmentFixture;
beforeAll(async () => {
  fixture = await openEnrollmentFixture();
  await fixture.addDevice('ana', { team: 'br' });
  await fixture.addDevice('budi', { team: 'id' });
});
afterAll(async () => await fixture.close());

let nextPerson = 1;
/** Numbers that no other test uses. */
function newPeople(count: number): number {
  nextPerson += count;
  return nextPerson - count;
}

async function newSequence(fields?: string): Promise<string> {
  const name = `s${newPeople(1)}`;
  await fixture.addSequence(name, fields);
  return name;
}

const runsOf = async (sequence: string) =>
  await fixture.sql<Record<string, unknown>>(
    `select c.phone, d.name as device, r.run_no, r.status, r.next_step_key, r.import_key, c.attributes, c.name
       from sequence_contacts r join sequences s on s.id = r.sequence_id join devices d on d.id = r.device_id
       join contacts c on c.id = r.contact_id where s.name = $1 order by r.id`,
    [sequence],
  );

describe('imports at once', () => {
  // Each person one run; a deadlock or a unique violation would fail one of them.
  it('of the same people, in any order, enroll each once', async () => {
    const sequence = await newSequence();
    const [header, ...rows] = people(1_000, newPeople(1_000)).trim().split('\n');
    const orders = [rows, rows.toReversed(), rows.slice(500).concat(rows.slice(0, 500)), rows];
    const outcomes = await Promise.all(
      orders.map(
        async (order, index) =>
          await fixture.importText(
            sequence,
            [header, ...order, '#'.repeat(index) && `+15550000000,x${index}`].join('\n'),
          ),
      ),
    );
    const enrolled = outcomes.map(({ outcome }) =>
      outcome.kind === 'imported' ? outcome.counts.enrolled : 0,
    );
    expect(enrolled.reduce((sum, one) => sum + one)).toBe(1_001);
    expect(await runsOf(sequence)).toHaveLength(1_001);
  });

  it('of one file enroll each row once and leave no device with places it did not fill', async () => {
    const sequence = await newSequence();
    const text = people(800, newPeople(800));
    const outcomes = await Promise.all(
      [1, 2, 3].map(async () => await fixture.importText(sequence, text)),
    );
    for (const { outcome } of outcomes)
      expect(outcome).toMatchObject({ counts: { rows: 800, rejected: 0 } });
    expect(await runsOf(sequence)).toHaveLength(800);
  });
});

/** Resolves when a statement waits for a lock, with the start of its transaction. */
async function waiting(than = ''): Promise<string> {
  for (;;) {
    const [row] = await fixture.sql<{ started: string }>(
      `select xact_start::text as started from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database() and xact_start::text <> $1`,
      [than],
    );
    if (row) return row.started;
  }
}

describe('an import behind somebody else', () => {
  // What was read before the lock is old: here, that the run still goes on.
  it('decides by what was committed while it waited', async () => {
    const sequence = await newSequence('reenroll: after_exit');
    const first = newPeople(1);
    await fixture.importText(sequence, people(1, first));
    const other = await fixture.db.transaction(async (tx) => {
      const [contact] = await lockContacts(tx, [phoneNumber(phoneOf(first))]);
      if (contact === undefined) throw new Error('not imported');
      await exitRuns(tx, contact, { sequenceId: undefined, reason: 'operator' });
      const started = fixture.importText(sequence, `${people(1, first)}\n`);
      await waiting();
      return { started };
    });
    expect((await other.started).outcome).toMatchObject({ counts: { enrolled: 1 } });
  });

  it('sees the opt-out of a number that nobody knew when it began', async () => {
    // Guards: somebody who said stop in the moment of being imported, whom neither side sees of the other.
    const sequence = await newSequence();
    const first = newPeople(1);
    const { secret } = await getSettings(fixture.db);
    const other = await fixture.db.transaction(async (tx) => {
      await lockSuppressions(tx);
      await insertSuppression(tx, phoneHash(secret, phoneNumber(phoneOf(first))), 'stop');
      const started = fixture.importText(sequence, people(1, first));
      await Promise.race([started, waiting()]);
      return { started };
    });
    expect((await other.started).outcome).toMatchObject({ counts: { enrolled: 0, rejected: 1 } });
    expect(await runsOf(sequence)).toEqual([]);
  });

  it('tries again when it has waited too long', async () => {
    const sequence = await newSequence();
    const first = newPeople(1);
    await fixture.importText(await newSequence(), people(1, first));
    const impatient = openDatabase({ url: fixture.url, applicationName: 'test', lockTimeout: 300 });
    const path = await fixture.file(people(1, first));
    const other = await fixture.db.transaction(async (tx) => {
      await lockContacts(tx, [phoneNumber(phoneOf(first))]);
      const started = importContacts(impatient, { sequence, path, actor: 'test' });
      // Until the second attempt; the transaction of the first was rolled back.
      await Promise.race([started, waiting(await waiting())]);
      return { started };
    });
    expect(await other.started).toMatchObject({ counts: { enrolled: 1 } });
    await impatient.close();
  });
});
