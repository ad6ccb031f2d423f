import { durationMs, type PacingPolicy, type SequenceId } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  addOwnedDevice,
  addRun,
  addSequence,
  addWorker,
  ago,
  type Columns,
  openTestStore,
  type Run,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainContact, type ExplainOutcome } from '../src/index.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());

const defaults: PacingPolicy = {
  caps: [{ max: 80, window: durationMs(3_600_000) }],
  gap: { min: durationMs(5_000), max: durationMs(5_000) },
};
const steal = durationMs(24_000);
const minute = 60_000;

let people = 5_000_000;

type Situation = Readonly<{
  device?: Columns;
  owned?: boolean;
  sequence?: Columns;
  run?: Columns;
  contact?: Columns;
  delivery?: Columns;
}>;

/** One run of its own device, sequence and contact. */
async function addSituation(situation: Situation) {
  const { device: columns, owned = true } = situation;
  const device = owned
    ? (await addOwnedDevice(store, columns)).deviceId
    : await addDevice(store, columns);
  const sequence = await addSequence(store, situation.sequence);
  const phone = `+1555${(people += 1)}`;
  const contact = { phone, ...situation.contact };
  const run = await addRun(store, device, { sequence_id: sequence, contact, ...situation.run });
  if (situation.delivery) await addDelivery(store, run, situation.delivery);
  return { run, phone, sequence };
}

async function explain({ phone, sequence }: { phone: string; sequence: SequenceId }) {
  const [row] = await store.sql<{ name: string }>('select name from sequences where id = $1', [
    sequence,
  ]);
  return await explainContact(store.db, { sequence: row?.name ?? '', phone, defaults, steal });
}

function explained(outcome: ExplainOutcome) {
  if (outcome.kind !== 'explained') throw new Error(outcome.kind);
  return outcome;
}

const explainNew = async (situation: Situation) =>
  explained(await explain(await addSituation(situation)));

const unconfirmed = { class: 'unconfirmed', code: 'not_confirmed' };
const failed463 = { state: 'failed', error_class: 'account', error_code: '463' };
const queued = { dispatch_state: 'queued', worker_assigned_at: ago(1_000) };
const onCall = async () => await addWorker(store);

describe('explain', () => {
  // Guards: an operator who is told of the wrong obstacle, and acts on what does not help.
  it.each<[rule: string | undefined, verdict: string, Situation]>([
    [undefined, 'next', {}],
    [undefined, 'next', { run: queued }],
    ['ended', 'ended', { run: { status: 'completed', next_step_key: null } }],
    ['ended', 'ended', { run: { status: 'exited', exit_reason: 'replied', next_step_key: null } }],
    ['suppressed', 'ended', { contact: { suppressed_at: new Date() } }],
    ['no_consent', 'ended', { contact: { consent_at: null } }],
    ['held', 'held', { run: { dispatch_state: 'held' }, delivery: failed463 }],
    [
      'in_flight',
      'in_flight',
      { run: { dispatch_state: 'sending' }, delivery: { state: 'sending' } },
    ],
    [
      'unconfirmed',
      'waits',
      {
        run: { dispatch_state: 'sending' },
        delivery: {
          concluded_at: ago(40_000),
          last_attempt_at: ago(70_000),
          error_class: unconfirmed.class,
        },
      },
    ],
    ['no_phone', 'waits', { device: { phone: null } }],
    ['paused', 'waits', { device: { desired_state: 'paused' } }],
    [undefined, 'next', { device: { desired_state: 'paused', paused_until: ago(1_000) } }],
    ['draining', 'waits', { device: { desired_state: 'draining' } }],
    ['drained', 'waits', { device: { desired_state: 'drained' } }],
    ...['unpaired', 'pairing', 'logged_out', 'banned', 'conflict', 'quarantined'].map(
      (state): [string, string, Situation] => [
        state,
        'waits',
        { device: { session_state: state, state_reason: 'a reason' } },
      ],
    ),
    ['restricted', 'waits', { device: { session_state: 'restricted', restriction: 'everybody' } }],
    [
      'new_contact',
      'waits',
      { device: { session_state: 'restricted', restriction: 'new_contacts' } },
    ],
    ['sequence_not_active', 'waits', { sequence: { status: 'paused' } }],
    ['changing_engine', 'waits', { device: { engine: 'direct' } }],
    ['pacing_unreadable', 'waits', { device: { pacing: '{"caps":"many"}' } }],
    ['not_due', 'waits', { run: { next_trigger_time: ago(-minute) } }],
    ['unreachable', 'waits', { device: { session_state: 'unreachable' } }],
    ['not_connected', 'waits', { device: { session_state: 'connecting' } }],
    ['already_final', 'waits', { run: queued, delivery: { state: 'sent' } }],
    ['suspect', 'waits', { run: { crash_count: 2 } }],
  ])('names %s, verdict %s', async (rule, verdict, situation) => {
    const outcome = await explainNew(situation);
    expect([outcome.reasons[0]?.rule, outcome.verdict]).toEqual([rule, verdict]);
  });

  it('says when a pause and a time-lock end, and when a step is due', async () => {
    const until = ago(-minute);
    const cases: readonly Situation[] = [
      { device: { desired_state: 'paused', paused_until: until } },
      { device: { session_state: 'restricted', restricted_until: until } },
      { run: { next_trigger_time: until } },
    ];
    for (const situation of cases) {
      const { reasons } = await explainNew(situation);
      expect(reasons[0]?.askedAgainAt).toBe(until.getTime());
    }
  });

  it('says who would have to claim the device', async () => {
    const silent = await addWorker(store, { heartbeatAge: minute });
    const first = await explainNew({ device: { owner_worker_id: silent }, owned: false });
    expect(first.reasons[0]?.rule).toBe('owner_silent');
    await store.sql(`update workers set last_heartbeat_at = now() - interval '1 h'`);
    expect((await explainNew({ owned: false })).reasons).toMatchObject([
      { rule: 'no_worker', toDo: 'dripfleet doctor' },
    ]);
    await onCall();
    expect((await explainNew({ owned: false })).reasons[0]?.detail).toMatch(/within seconds/);
    await store.sql(`update workers set capacity = 1`);
    await store.sql(
      `update devices set owner_worker_id = (select id from workers where last_heartbeat_at > now() - interval '5 s' limit 1)
        where id = (select min(id) from devices)`,
    );
    expect((await explainNew({ owned: false })).reasons[0]?.detail).toMatch(/waits for a place/);
    const reserved = { reserved_for: silent, reserved_until: ago(-minute) };
    expect((await explainNew({ owned: false, device: reserved })).reasons[0]?.rule).toBe(
      'reserved',
    );
  });

  it('says what stands before a message and when the pace allows one', async () => {
    const { run, ...last } = await addSituation({ run: queued });
    const other = async (columns: Columns) =>
      await addRun(store, run.deviceId, { sequence_id: last.sequence, ...columns });
    await other({ ...queued, worker_assigned_at: ago(minute) });
    const sent: Run = await other({ dispatch_state: 'idle', next_trigger_time: ago(-minute) });
    await addDelivery(store, sent, { state: 'sent', acked_at: new Date() });
    await other({ ...queued, worker_assigned_at: ago(10) });
    const { reasons } = explained(await explain(last));
    expect(reasons.map(({ rule }) => rule)).toEqual(['in_line', 'paced']);
    expect(reasons[0]?.detail).toContain('1 message goes before it');
    const wait = (reasons[1]?.askedAgainAt ?? 0) - Date.now();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(5_000);
  });

  it('tells of every rule that says no, so that nobody clears one to meet the next', async () => {
    const { reasons } = await explainNew({
      device: { desired_state: 'paused' },
      sequence: { status: 'paused' },
      run: { next_trigger_time: ago(-minute) },
    });
    expect(reasons.map(({ rule }) => rule)).toEqual(['paused', 'sequence_not_active', 'not_due']);
  });

  it('says how to retry a dead letter, with its class and code', async () => {
    const held = await explainNew({ run: { dispatch_state: 'held' }, delivery: failed463 });
    expect(held.reasons[0]?.detail).toContain('account: 463');
    expect(held.reasons[0]?.toDo).toMatch(
      /^dripfleet retry --state failed --error 463 --sequence s/,
    );
    const ended = await explainNew({
      run: { status: 'exited', exit_reason: '463', next_step_key: null },
      delivery: { ...failed463, concluded_at: new Date() },
    });
    expect(ended.reasons[0]?.toDo).toMatch(/^dripfleet retry --state failed/);
  });

  it('shows what became of each step, and earlier runs', async () => {
    const { run, phone, sequence } = await addSituation({
      run: { next_step_key: 'tip', run_no: 2 },
      delivery: { state: 'sent', acked_at: ago(minute), delivered_at: ago(50), read_at: ago(5) },
    });
    await store.sql(
      `insert into sequence_contacts (sequence_id, version, contact_id, run_no, device_id, status, next_trigger_time)
       values ($1, 1, $2, 1, $3, 'completed', now())`,
      [sequence, run.contactId, run.deviceId],
    );
    const outcome = explained(await explain({ phone, sequence }));
    expect(outcome.steps).toMatchObject([
      { stepKey: 'hello', isNext: false, delivery: { state: 'sent', attempts: 1 } },
      { stepKey: 'tip', isNext: true, delivery: undefined },
    ]);
    expect(outcome.steps[0]?.delivery?.readAt).toBeTypeOf('number');
    expect(outcome.earlier).toMatchObject([{ runNo: 1, status: 'completed', deliveries: [] }]);
    expect(JSON.stringify(outcome)).not.toContain(phone.slice(1));
  });

  it('tells somebody who was never enrolled from nobody, and a wrong number from both', async () => {
    const { phone, sequence } = await addSituation({});
    const other = await addSequence(store);
    expect(await explain({ phone, sequence: other })).toMatchObject({
      kind: 'not_enrolled',
      isContact: true,
    });
    expect(await explain({ phone: '+15554999999', sequence })).toMatchObject({
      kind: 'not_enrolled',
      isContact: false,
    });
    expect(await explain({ phone: '1', sequence })).toMatchObject({ kind: 'invalid' });
    expect(
      await explainContact(store.db, { sequence: 'zzz', phone, defaults, steal }),
    ).toMatchObject({ kind: 'not_found' });
  });
});
