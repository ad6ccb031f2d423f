import { suppressPhone } from '../src/index.ts';
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

const countAll = async () =>
  await fixture.sql(
    `select (select count(*) from contacts)::int as contacts, (select count(*) from sequence_contacts)::int as runs,
            (select count(*) from operator_actions)::int as actions`,
  );

const counts = (rows: number, given: Record<string, number>) => ({
  kind: 'imported',
  counts: { rows, enrolled: 0, alreadyEnrolled: 0, repeated: 0, rejected: 0, ...given },
});

describe('importing a file', () => {
  it('enrolls each row at the first step, due at once by the clock of Postgres', async () => {
    const sequence = await newSequence();
    const first = newPeople(2);
    const text = `phone,consent_source,consent_at,name,first_name,city,time_zone\n${phoneOf(first)},web form,2026-01-01,Ana Maria,Ana,Makassar,Asia/Makassar\n${phoneOf(first + 1)},fair,,,,,\n`;
    const { outcome } = await fixture.importText(sequence, text);
    expect(outcome).toMatchObject(counts(2, { enrolled: 2 }));
    expect(await runsOf(sequence)).toMatchObject([
      {
        run_no: 1,
        status: 'active',
        next_step_key: 'hello',
        name: 'Ana Maria',
        attributes: { first_name: 'Ana', city: 'Makassar' },
      },
      { name: null, attributes: {} },
    ]);
    const [due] = await fixture.sql(
      `select bool_and(next_trigger_time between now() - interval '1 min' and now()) as due,
              bool_and(next_trigger_time >= enrolled_at) as never_early from sequence_contacts`,
    );
    expect(due).toEqual({ due: true, never_early: true });
    const consents = await fixture.sql(
      `select consent_source, consent_at = '2026-01-01T00:00:00Z' as given, consent_at > now() - interval '1 min' as now
         from contacts where phone = any($1) order by phone`,
      [[phoneOf(first), phoneOf(first + 1)]],
    );
    expect(consents).toEqual([
      { consent_source: 'web form', given: true, now: false },
      { consent_source: 'fair', given: false, now: true },
    ]);
  });

  it('is safe to repeat: the same bytes enroll nobody twice, not even after the run ended', async () => {
    const sequence = await newSequence('reenroll: after_exit');
    const text = people(1_200, newPeople(1_200));
    expect((await fixture.importText(sequence, text)).outcome).toMatchObject(
      counts(1_200, { enrolled: 1_200 }),
    );
    await fixture.sql(
      `update sequence_contacts r set status = 'exited', finished_at = now() from sequences s
        where s.id = r.sequence_id and s.name = $1`,
      [sequence],
    );
    expect((await fixture.importText(sequence, text)).outcome).toMatchObject(
      counts(1_200, { repeated: 1_200 }),
    );
    expect(await runsOf(sequence)).toHaveLength(1_200);
    // Other bytes are another file, and this sequence lets people back in.
    expect((await fixture.importText(sequence, `${text}\n`)).outcome).toMatchObject(
      counts(1_200, { enrolled: 1_200 }),
    );
    expect((await runsOf(sequence)).at(-1)).toMatchObject({ run_no: 2 });
  });

  it('counts who is in the sequence, or was and may not come back, as already enrolled', async () => {
    const sequence = await newSequence();
    const first = newPeople(2);
    await fixture.importText(sequence, people(2, first));
    await fixture.sql(
      `update sequence_contacts set status = 'completed', finished_at = now() from contacts c
                        where c.id = contact_id and c.phone = $1`,
      [phoneOf(first)],
    );
    const { outcome, rejected } = await fixture.importText(sequence, `${people(2, first)}\n`);
    expect(outcome).toMatchObject(counts(2, { alreadyEnrolled: 2 }));
    expect(rejected).toEqual([]);
  });

  it('enrolls a number that stands in several rows once, and adds what they say', async () => {
    const sequence = await newSequence();
    const phone = phoneOf(newPeople(1));
    const text = `phone,consent_source,city,name\n${phone},a,Makassar,\n${phone},b,,Ana\n${phone},c,Bandung,\n`;
    const { outcome } = await fixture.importText(sequence, text);
    expect(outcome).toMatchObject(counts(3, { enrolled: 1, alreadyEnrolled: 2 }));
    expect(await runsOf(sequence)).toMatchObject([
      { name: 'Ana', attributes: { city: 'Bandung' } },
    ]);
  });

  it('merges what is new into a contact, and keeps the earliest consent', async () => {
    const [one, other] = [await newSequence(), await newSequence()];
    const phone = phoneOf(newPeople(1));
    const row = (...cells: string[]) =>
      `phone,consent_source,consent_at,city,name\n${phone},${cells.join(',')}\n`;
    await fixture.importText(one, row('fair', '2025-06-01', 'Makassar', 'Ana'));
    await fixture.importText(other, row('later', '2025-07-01', '', ''));
    const contact = async () =>
      await fixture.sql('select name, attributes, consent_source from contacts where phone = $1', [
        phone,
      ]);
    expect(await contact()).toEqual([
      { name: 'Ana', attributes: { city: 'Makassar' }, consent_source: 'fair' },
    ]);
    await fixture.importText(one, row('earlier', '2025-05-01', 'Bandung', 'Ana M'));
    expect(await contact()).toEqual([
      { name: 'Ana M', attributes: { city: 'Bandung' }, consent_source: 'earlier' },
    ]);
  });

  it('rejects bad rows with line, column, reason and fix, and takes the rows beside them', async () => {
    const sequence = await newSequence();
    const first = newPeople(3);
    await suppressPhone(fixture.db, { phone: phoneOf(first + 1), reason: 'stop', actor: 'test' });
    const text = Buffer.concat([
      Buffer.from('\uFEFFphone;consent_source;device;note\r\n'),
      Buffer.from(`${phoneOf(first)};web;;"multi\r\nline"\r\n`),
      Buffer.from(`0812345;web;;x\r\n`),
      Buffer.from(`${phoneOf(first + 2)};;;x\r\n`),
      Buffer.from(`${phoneOf(first + 1)};web;;x\r\n`),
      Buffer.from(`${phoneOf(first + 2)};web;aan;x\r\n`),
      Buffer.from(`${phoneOf(first + 2)};web\r\n`),
      Buffer.concat([
        Buffer.from(`${phoneOf(first + 2)};web;;Jos`),
        Buffer.from([0xe9]),
        Buffer.from('\r\n'),
      ]),
      Buffer.from(`${phoneOf(first + 2)};web;;N\u0000UL\r\n`),
      Buffer.from(`\r\n;;;\r\n${phoneOf(first + 2)};web;budi;=cmd()\r\n`),
    ]);
    const { outcome, rejected } = await fixture.importText(sequence, text);
    expect(outcome).toMatchObject(counts(9, { enrolled: 2, rejected: 7 }));
    expect(rejected.map(({ line, column, reason }) => `${line} ${column} ${reason}`)).toEqual([
      '4 phone has no + and country code',
      '5 consent_source is empty',
      '6 phone is suppressed',
      '7 device is not a device',
      '8 consent_source is not the last of 4 cells: the row has 2',
      '9 note holds a broken character',
      '10 note holds a broken character',
    ]);
    expect(rejected[3]?.fix).toBe('did you mean ana?');
    expect(await runsOf(sequence)).toMatchObject([
      { attributes: { note: 'multi\r\nline' } },
      { device: 'budi', attributes: { note: '=cmd()' } },
    ]);
  });

  it('rejects the one row that Postgres refuses, and takes the others', async () => {
    const sequence = await newSequence();
    const first = newPeople(500);
    await fixture.sql(`alter table contacts add constraint no_poison check (name <> 'poison')`);
    const rows = people(500, first)
      .split('\n')
      .map((row, index) => {
        if (index === 0) return `${row},name`;
        return row && `${row},${index === 321 ? 'poison' : ''}`;
      });
    const { outcome, rejected } = await fixture.importText(sequence, rows.join('\n'));
    await fixture.sql('alter table contacts drop constraint no_poison');
    expect(outcome).toMatchObject(counts(500, { enrolled: 499, rejected: 1 }));
    expect(rejected).toMatchObject([{ line: 322, reason: expect.stringContaining('no_poison') }]);
  });

  it('checks everything in a dry run, answers like a real one, and writes nothing', async () => {
    const sequence = await newSequence();
    const first = newPeople(700);
    await fixture.importText(sequence, people(10, first));
    // The first ten are in; the last rows repeat numbers of an earlier batch.
    const text = `${people(700, first)}${phoneOf(first + 20)},again\n${phoneOf(first + 20)},again\n0812,x\n`;
    const before = await countAll();
    const dry = await fixture.importText(sequence, text, { dryRun: true });
    expect(await countAll()).toEqual(before);
    const real = await fixture.importText(sequence, text);
    expect(dry.outcome).toMatchObject(
      counts(703, { enrolled: 690, alreadyEnrolled: 12, rejected: 1 }),
    );
    expect(real.outcome).toMatchObject(
      counts(703, { enrolled: 690, alreadyEnrolled: 12, rejected: 1 }),
    );
    expect(dry.rejected).toEqual(real.rejected);
  });

  it('reports progress, warnings and the devices concerned, and notes itself in the audit', async () => {
    const sequence = `s${newPeople(1)}`;
    await fixture.addSequence(sequence, '# x');
    const seen: number[] = [];
    const { outcome } = await fixture.importText(sequence, people(1_100, newPeople(1_100)), {
      onProgress: ({ rows, totalRows, bytes, totalBytes }) => {
        expect(totalRows).toBe(1_100);
        expect(bytes).toBeLessThanOrEqual(totalBytes);
        seen.push(rows);
      },
    });
    expect(seen).toEqual([500, 1_000, 1_100]);
    expect(outcome).toMatchObject({ deviceIds: expect.arrayContaining([1, 2]), warnings: [] });
    const audit = await fixture.sql(
      'select actor, action, detail from operator_actions where object = $1 order by id desc limit 1',
      [`sequence:${sequence}`],
    );
    expect(audit).toMatchObject([{ actor: 'test', action: 'import', detail: { rows: 1_100 } }]);
  });

  it('stops between batches when asked, keeps what is enrolled, and goes on when repeated', async () => {
    const sequence = await newSequence();
    const text = people(1_500, newPeople(1_500));
    const stop = new AbortController();
    const interrupted = fixture.importText(sequence, text, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('stopped')),
    });
    await expect(interrupted).rejects.toThrow('stopped');
    const kept = (await runsOf(sequence)).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(1_500);
    const { outcome } = await fixture.importText(sequence, text);
    expect(outcome).toMatchObject(counts(1_500, { enrolled: 1_500 - kept, repeated: kept }));
  });
});

describe('a file as a whole', () => {
  it.each<[string, string | Buffer, string]>([
    ['without consent', 'phone,name\n+15550000001,Ana\n', 'the column consent_source is missing'],
    ['with a column twice', 'phone,consent_source,x,x\n', 'the column "x" is there twice'],
    ['with an open quote', 'phone,consent_source\n+15550000001,"web\n', 'not closed'],
    ['with a million columns', `phone,consent_source${',x'.repeat(1_000_000)}\n`, 'longer than'],
    ['in UTF-16', Buffer.from('\uFEFFphone,consent_source\n', 'utf16le'), 'not UTF-8'],
    ['that is empty', '', 'empty'],
  ])('%s is refused before anything is written', async (_, content, message) => {
    const sequence = await newSequence();
    const before = await countAll();
    const { outcome } = await fixture.importText(sequence, content);
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(outcome)).toContain(message.replaceAll('"', '\\"'));
    expect(await countAll()).toEqual(before);
  });

  it('and a sequence that do not exist are told apart', async () => {
    const sequence = await newSequence();
    const text = people(1, newPeople(1));
    expect((await fixture.importText(`${sequence}x`, text)).outcome).toMatchObject({
      kind: 'not_found',
      what: 'sequence',
      near: expect.arrayContaining([sequence]),
    });
    expect(
      (await fixture.importText(sequence, text, { path: '/nowhere.csv' })).outcome,
    ).toMatchObject({
      kind: 'not_found',
      what: 'file',
    });
    await fixture.sql(`update sequences set status = 'archived' where name = $1`, [sequence]);
    expect((await fixture.importText(sequence, text)).outcome).toEqual({
      kind: 'closed',
      status: 'archived',
    });
  });
});
