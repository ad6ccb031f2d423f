import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  enrollContact,
  type EnrollRequest,
  exitContact,
  suppressPhone,
  unsuppressPhone,
} from '../src/index.ts';
import {
  type EnrollmentFixture,
  openEnrollmentFixture,
  people,
  phoneOf,
} from './enrollment-fixture.ts';

let fixture: EnrollmentFixture;
let device = 0;
beforeAll(async () => {
  fixture = await openEnrollmentFixture();
  device = await fixture.addDevice('ana');
  await fixture.addSequence('welcome');
  await fixture.addSequence('news', 'reenroll: after_exit');
});
afterAll(async () => await fixture.close());

let next = 1;
const newPhone = () => phoneOf((next += 1));
const by = { actor: 'ops' };

const enroll = async (phone: string, more: Partial<EnrollRequest> = {}) =>
  await enrollContact(fixture.db, {
    sequence: 'welcome',
    contact: { phone, consent_source: 'call', attributes: {} },
    ...by,
    ...more,
  });

const suppress = async (phone: string) =>
  await suppressPhone(fixture.db, { phone, reason: 'stop', ...by });

const runsOf = async (phone: string) =>
  await fixture.sql<Record<string, unknown>>(
    `select s.name as sequence, r.status, r.exit_reason, r.dispatch_state, r.assigned_worker_id,
            r.finished_at is not null as finished
       from sequence_contacts r join contacts c on c.id = r.contact_id join sequences s on s.id = r.sequence_id
      where c.phone = $1 order by r.id`,
    [phone],
  );

const auditSince = async (id: number) =>
  await fixture.sql<{ action: string; object: string; detail: unknown }>(
    'select actor, action, object, detail from operator_actions where id > $1 order by id',
    [id],
  );

async function lastAudit(): Promise<number> {
  const [row] = await fixture.sql<{ id: number }>(
    'select coalesce(max(id), 0)::int as id from operator_actions',
  );
  return row?.id ?? 0;
}

/** Puts a contact's runs into a dispatch state, with a delivery in this one. */
async function dispatch(phone: string, state: string, delivery: string): Promise<void> {
  await fixture.sql(
    `with run as (
       update sequence_contacts r set dispatch_state = $2, assigned_worker_id = gen_random_uuid(), worker_assigned_at = now()
         from contacts c where c.id = r.contact_id and c.phone = $1 returning r.*)
     insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, body, state, epoch)
     select id, next_step_key, contact_id, device_id, 'M' || id, 'x', 'x', $3, 1 from run`,
    [phone, state, delivery],
  );
}

const deliveryOf = async (phone: string) =>
  await fixture.sql<{ state: string; concluded: boolean }>(
    `select d.state, d.concluded_at is not null as concluded
       from deliveries d join contacts c on c.id = d.contact_id where c.phone = $1`,
    [phone],
  );

describe('enrolling one contact', () => {
  it('enrolls, names the device and the time, and is in the audit without the number', async () => {
    const phone = newPhone();
    const audit = await lastAudit();
    expect(await enroll(phone)).toMatchObject({
      kind: 'enrolled',
      deviceId: device,
      device: 'ana',
    });
    expect(await runsOf(phone)).toMatchObject([{ sequence: 'welcome', status: 'active' }]);
    const actions = await auditSince(audit);
    expect(actions).toMatchObject([
      { actor: 'ops', action: 'enroll', detail: { sequence: 'welcome', outcome: 'enrolled' } },
    ]);
    expect(JSON.stringify(actions)).not.toContain(phone.slice(1));
  });

  it('follows the rule of an import', async () => {
    const phone = newPhone();
    await enroll(phone);
    expect(await enroll(phone)).toEqual({ kind: 'already_enrolled' });
    await exitContact(fixture.db, { sequence: 'welcome', phone, ...by });
    expect(await enroll(phone)).toEqual({ kind: 'not_again', until: undefined });
    await enroll(phone, { sequence: 'news' });
    await exitContact(fixture.db, { sequence: 'news', phone, ...by });
    expect(await enroll(phone, { sequence: 'news' })).toMatchObject({ kind: 'enrolled' });
  });

  it('answers the same in a dry run and writes nothing', async () => {
    const phone = newPhone();
    const audit = await lastAudit();
    expect(await enroll(phone, { dryRun: true })).toMatchObject({
      kind: 'enrolled',
      device: 'ana',
    });
    expect(await runsOf(phone)).toEqual([]);
    expect(await fixture.sql('select from contacts where phone = $1', [phone])).toEqual([]);
    expect(await auditSince(audit)).toEqual([]);
  });

  it('tells what is not valid and what does not exist', async () => {
    const contact = { phone: newPhone(), consent_source: 'call', attributes: {} };
    expect(await enroll('0812')).toMatchObject({ kind: 'invalid', problem: { field: 'phone' } });
    expect(
      await enroll(contact.phone, { contact: { ...contact, consent_source: '' } }),
    ).toMatchObject({
      kind: 'invalid',
      problem: { field: 'consent_source' },
    });
    expect(await enroll(contact.phone, { sequence: 'welcom' })).toMatchObject({
      kind: 'not_found',
      what: 'sequence',
      near: ['welcome'],
    });
    expect(await enroll(contact.phone, { contact: { ...contact, device: 'anna' } })).toMatchObject({
      kind: 'not_found',
      what: 'device',
      near: ['ana'],
    });
    expect(await enroll(contact.phone, { deviceLabels: { team: 'none' } })).toEqual({
      kind: 'no_device',
    });
  });

  it('of many at once enrolls a new contact once', async () => {
    const phone = newPhone();
    const outcomes = await Promise.all(Array.from({ length: 8 }, async () => await enroll(phone)));
    expect(outcomes.filter(({ kind }) => kind === 'enrolled')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'already_enrolled')).toHaveLength(7);
  });
});

describe('exiting', () => {
  it('ends one run and leaves the other sequence alone', async () => {
    const phone = newPhone();
    await enroll(phone);
    await enroll(phone, { sequence: 'news' });
    await dispatch(phone, 'queued', 'ready');
    expect(await exitContact(fixture.db, { sequence: 'welcome', phone, ...by })).toEqual({
      kind: 'exited',
      deviceId: device,
    });
    expect(await runsOf(phone)).toMatchObject([
      {
        status: 'exited',
        exit_reason: 'operator',
        dispatch_state: 'idle',
        assigned_worker_id: null,
        finished: true,
      },
      { status: 'active', dispatch_state: 'queued', finished: false },
    ]);
    expect((await deliveryOf(phone)).map(({ state }) => state).toSorted()).toEqual([
      'cancelled',
      'ready',
    ]);
    expect(await exitContact(fixture.db, { sequence: 'welcome', phone, ...by })).toEqual({
      kind: 'not_running',
    });
  });

  it('tells what does not exist', async () => {
    const phone = newPhone();
    expect(await exitContact(fixture.db, { sequence: 'welcome', phone, ...by })).toEqual({
      kind: 'not_found',
      what: 'contact',
    });
    expect(await exitContact(fixture.db, { sequence: 'nope', phone, ...by })).toMatchObject({
      what: 'sequence',
    });
    expect(await exitContact(fixture.db, { sequence: 'welcome', phone: '1', ...by })).toMatchObject(
      { kind: 'invalid' },
    );
  });
});

describe('suppressing', () => {
  it('ends every run at once and lets nobody enroll the number until it is lifted', async () => {
    const phone = newPhone();
    await enroll(phone);
    await enroll(phone, { sequence: 'news' });
    const audit = await lastAudit();
    expect(await suppress(phone)).toEqual({ kind: 'suppressed', runsExited: 2 });
    const ended = {
      status: 'exited',
      exit_reason: 'suppressed',
      dispatch_state: 'idle',
      finished: true,
    };
    expect(await runsOf(phone)).toMatchObject([ended, ended]);
    expect(await suppress(phone)).toEqual({ kind: 'already_suppressed', runsExited: 0 });
    expect(await enroll(phone, { sequence: 'news' })).toEqual({ kind: 'suppressed' });
    expect(await unsuppressPhone(fixture.db, { phone, ...by })).toEqual({ kind: 'unsuppressed' });
    expect(await unsuppressPhone(fixture.db, { phone, ...by })).toEqual({ kind: 'not_suppressed' });
    expect(await runsOf(phone)).toMatchObject([ended, ended]);
    expect(await enroll(phone, { sequence: 'news' })).toMatchObject({ kind: 'enrolled' });
    const actions = await auditSince(audit);
    expect(actions.map(({ action }) => action)).toEqual(['suppress', 'unsuppress', 'enroll']);
    expect(JSON.stringify(actions)).not.toContain(phone.slice(1));
  });

  it('holds for a number that is nobody, also after it becomes a row of a file', async () => {
    const phone = newPhone();
    const audit = await lastAudit();
    expect(await suppress(phone)).toEqual({ kind: 'suppressed', runsExited: 0 });
    expect(await fixture.sql('select from contacts where phone = $1', [phone])).toEqual([]);
    const { rejected } = await fixture.importText('welcome', people(1, next));
    expect(rejected).toMatchObject([{ reason: 'is suppressed' }]);
    expect(await fixture.sql('select from contacts where phone = $1', [phone])).toEqual([]);
    expect(JSON.stringify(await auditSince(audit))).not.toContain(phone.slice(1));
    const [kept] = await fixture.sql<{
      hash: string;
    }>(`select encode(phone_hash, 'escape') as hash from suppressions
                                                         order by at desc limit 1`);
    expect(kept?.hash).not.toContain(phone.slice(1));
  });

  // What may have left must be found out: a row taken from recovery would lose the fact.
  it.each([
    ['queued/ready', { row: 'idle', state: 'cancelled', concluded: true }],
    ['held/uncertain', { row: 'idle', state: 'uncertain', concluded: false }],
    ['sending/sending', { row: 'sending', state: 'sending', concluded: false }],
  ])('ends a run with row and message %s as it must', async (before, after) => {
    const [row = '', message = ''] = before.split('/');
    const phone = newPhone();
    await enroll(phone);
    await dispatch(phone, row, message);
    await suppress(phone);
    const [run] = await runsOf(phone);
    expect(run).toMatchObject({ status: 'exited', dispatch_state: after.row });
    expect(run?.['assigned_worker_id'] !== null).toBe(row === 'sending');
    expect(await deliveryOf(phone)).toEqual([{ state: after.state, concluded: after.concluded }]);
  });

  // Invariant 7. The number is new, so that neither finds a row of the other's to wait for.
  it('and enrolling at the same time never leave a run behind', async () => {
    for (let round = 0; round < 40; round += 1) {
      const phone = newPhone();
      await Promise.all([enroll(phone), enroll(phone, { sequence: 'news' }), suppress(phone)]);
      const left = await fixture.sql(
        `select from contacts c left join sequence_contacts r on r.contact_id = c.id and r.status = 'active'
          where c.phone = $1 and (c.suppressed_at is null or r.id is not null)`,
        [phone],
      );
      expect(left).toEqual([]);
    }
  });
});
