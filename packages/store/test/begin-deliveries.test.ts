import { randomUUID } from 'node:crypto';
import { type DeviceId, epoch, stepKey, workerId } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  ago,
  changesOf,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginDeliveries, type BeginOutcome, type BeginRow } from '../src/index.ts';
import { addReady, messageOf, type Overrides, type Ready } from './begin-fixture.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());

const instant = expect.any(String) as string;

/** Begins one row; returns the outcome and all that changed. */
async function begin({ device, row }: Ready, changes: Partial<BeginRow> = {}, by = device.worker) {
  let outcome: BeginOutcome | undefined;
  const changed = await changesOf(store, async () => {
    [outcome] = await beginDeliveries(store.db, by, [{ ...row, ...changes }]);
  });
  return { outcome, changed };
}

const runName = ({ run }: Ready): string => `sequence_contacts ${run.id}`;
const deliveryName = ({ run }: Ready): string => `deliveries ${run.id} hello`;
/** What putting a queued row back changes. */
const putBack = { dispatch_state: 'idle', assigned_worker_id: null, worker_assigned_at: null };

describe('begun', () => {
  test('writes the intent with message id, address and body, and moves its own row only', async () => {
    const ready = await addReady(store);
    await addReady(store);
    const { outcome, changed } = await begin(ready);
    const message = messageOf(ready.run.id);
    expect(outcome).toEqual({ kind: 'begun', ...message, attempt: 1 });
    expect(changed).toEqual({
      [runName(ready)]: { dispatch_state: 'sending', crash_count: 1 },
      [deliveryName(ready)]: {
        sequence_contact_id: ready.run.id,
        step_key: 'hello',
        cycle: 0,
        contact_id: ready.run.contactId,
        device_id: ready.device.deviceId,
        message_id: message.messageId,
        to_jid: message.toJid,
        body: message.body,
        state: 'sending',
        epoch: 7,
        attempts: 1,
        resends: 0,
        intent_at: instant,
        last_attempt_at: instant,
        concluded_at: null,
        acked_at: null,
        delivered_at: null,
        read_at: null,
        error_class: null,
        error_code: null,
      },
    });
  });

  test('a row queued before anybody owned its device is assigned to the worker that begins it', async () => {
    const ready = await addReady(store, { run: { assigned_worker_id: null } });
    const { changed } = await begin(ready);
    expect(changed[runName(ready)]).toMatchObject({ assigned_worker_id: ready.device.worker });
  });

  test('a retry of what never left sends the bound id, address and body, not a new rendering', async () => {
    // Guards: a template or a name changed between two attempts; the phone would show two messages.
    const ready = await addReady(store);
    await addDelivery(store, ready.run, { state: 'ready', concluded_at: ago(5_000), epoch: 2 });
    const [bound] = await store.sql('select * from deliveries where sequence_contact_id = $1', [
      ready.run.id,
    ]);
    const { outcome, changed } = await begin(ready, { body: 'rendered anew', toJid: 'other@x' });
    expect(outcome).toEqual({
      kind: 'begun',
      messageId: bound?.['message_id'],
      toJid: bound?.['to_jid'],
      body: 'bound before',
      attempt: 2,
    });
    expect(changed[deliveryName(ready)]).toEqual({
      state: 'sending',
      epoch: 7,
      attempts: 2,
      last_attempt_at: instant,
      concluded_at: null,
    });
  });
});

describe('stale: another dispatch, untouched', () => {
  const cases: readonly [string, Overrides, Partial<BeginRow>][] = [
    ['an older dispatch number', {}, { dispatchSeq: 2 }],
    ['another step', {}, { stepKey: stepKey('tip') }],
    ['a row that is idle', { run: { dispatch_state: 'idle' } }, {}],
    ['a row that is being sent', { run: { dispatch_state: 'sending' } }, {}],
    ['a row that is held', { run: { dispatch_state: 'held' } }, {}],
    ['a run that has ended', { run: { next_step_key: null, status: 'completed' } }, {}],
    ['a re-send of a row that is only queued', {}, { dispatchSeq: 'resend' }],
    [
      'a re-send without a delivery',
      { run: { dispatch_state: 'sending' } },
      { dispatchSeq: 'resend' },
    ],
  ];
  test.each(cases)('%s', async (_, overrides, changes) => {
    const { outcome, changed } = await begin(await addReady(store, overrides), changes);
    expect(outcome).toEqual({ kind: 'stale' });
    expect(changed).toEqual({});
  });

  test.each(['idle', 'queued', 'held'])('a re-send of a row that is %s', async (state) => {
    const ready = await addReady(store, { run: { dispatch_state: state } });
    await addDelivery(store, ready.run);
    expect(await begin(ready, { dispatchSeq: 'resend' })).toEqual({
      outcome: { kind: 'stale' },
      changed: {},
    });
  });

  test('a row that moved to another device', async () => {
    // Guards: `device move-contacts` while its job still lies in the old queue; the number would write to a stranger.
    const ready = await addReady(store);
    const other = await addDevice(store);
    await store.sql('update sequence_contacts set device_id = $2 where id = $1', [
      ready.run.id,
      other,
    ]);
    expect(await begin(ready)).toEqual({ outcome: { kind: 'stale' }, changed: {} });
  });

  test('a row that does not exist', async () => {
    const ready = await addReady(store);
    const gone = { ...ready, row: { ...ready.row, sequenceContactId: 999_999_999 as never } };
    expect(await begin(gone)).toEqual({ outcome: { kind: 'stale' }, changed: {} });
  });
});

describe('not_mine: untouched', () => {
  test('the device belongs to another worker', async () => {
    const ready = await addReady(store);
    const stranger = workerId(randomUUID());
    expect(await begin(ready, {}, stranger)).toEqual({
      outcome: { kind: 'not_mine' },
      changed: {},
    });
  });

  test('the device belongs to nobody', async () => {
    const ready = await addReady(store, { device: { owner_worker_id: null } });
    expect(await begin(ready)).toEqual({ outcome: { kind: 'not_mine' }, changed: {} });
  });

  test.each([6, 8])('claimed again since: epoch %i, not 7', async (claimed) => {
    // Guards: a worker that lost its device, woke up and still holds the old claim.
    const ready = await addReady(store);
    expect(await begin(ready, { epoch: epoch(claimed) })).toEqual({
      outcome: { kind: 'not_mine' },
      changed: {},
    });
  });
});

describe('device_not_running: back to idle, due when it was', () => {
  const future = ago(-600_000);
  const stopped: readonly [string, Record<string, unknown>][] = [
    ['paused', { desired_state: 'paused' }],
    ['paused until later', { desired_state: 'paused', paused_until: future }],
    ['draining', { desired_state: 'draining' }],
    ['drained', { desired_state: 'drained' }],
    ['restricted for good', { session_state: 'restricted' }],
    ['restricted until later', { session_state: 'restricted', restricted_until: future }],
    ['logged out', { session_state: 'logged_out' }],
    ['banned', { session_state: 'banned' }],
    ['never paired', { session_state: 'unpaired' }],
    ['in conflict with another client', { session_state: 'conflict' }],
    ['given to the other engine', { engine: 'direct' }],
  ];
  test.each(stopped)('%s', async (_, device) => {
    const ready = await addReady(store, { device });
    const { outcome, changed } = await begin(ready);
    expect(outcome).toEqual({ kind: 'device_not_running' });
    expect(changed).toEqual({ [runName(ready)]: putBack });
  });

  const running: readonly [string, Record<string, unknown>][] = [
    ['a pause that has run out', { desired_state: 'paused', paused_until: ago(1_000) }],
    [
      'a restriction that has run out',
      { session_state: 'restricted', restricted_until: ago(1_000) },
    ],
    ['a session that is just being opened', { session_state: 'connecting' }],
  ];
  test.each(running)('%s stops nothing', async (_, device) => {
    expect((await begin(await addReady(store, { device }))).outcome).toMatchObject({
      kind: 'begun',
    });
  });

  test('what may have left stays open while the device is paused', async () => {
    const ready = await addReady(store, {
      device: { desired_state: 'paused' },
      run: { dispatch_state: 'sending' },
    });
    await addDelivery(store, ready.run);
    expect(await begin(ready, { dispatchSeq: 'resend' })).toEqual({
      outcome: { kind: 'device_not_running' },
      changed: {},
    });
  });
});

describe('later: back to idle', () => {
  test.each(['draft', 'paused', 'archived'])('the sequence is %s: in 5 min', async (status) => {
    const ready = await addReady(store);
    await store.sql('update sequences set status = $2 where id = $1', [ready.sequence, status]);
    const asked = Date.now();
    const { outcome, changed } = await begin(ready);
    expect(outcome).toEqual({ kind: 'later', reason: 'sequence_paused' });
    expect(changed).toEqual({ [runName(ready)]: { ...putBack, next_trigger_time: instant } });
    const due = Date.parse(String(changed[runName(ready)]?.['next_trigger_time']));
    expect(due).toBeGreaterThanOrEqual(asked + 299_000);
    expect(due).toBeLessThanOrEqual(Date.now() + 301_000);
  });

  test('the pacing changed since the worker paced by it: due when it was', async () => {
    // Guards: a cap lowered by an operator while a message that the old one allowed is on its way to begin.
    const ready = await addReady(store);
    const { outcome, changed } = await begin(ready, { pacingVersion: 1 });
    expect(outcome).toEqual({ kind: 'later', reason: 'pacing_changed' });
    expect(changed).toEqual({ [runName(ready)]: putBack });
  });

  test('what may have left stays open while its sequence is paused', async () => {
    const ready = await addReady(store, { run: { dispatch_state: 'sending' } });
    await addDelivery(store, ready.run);
    await store.sql(`update sequences set status = 'paused' where id = $1`, [ready.sequence]);
    expect(await begin(ready, { dispatchSeq: 'resend' })).toEqual({
      outcome: { kind: 'later', reason: 'sequence_paused' },
      changed: {},
    });
  });
});

describe('exited', () => {
  test.each([
    ['suppressed', { suppressed_at: new Date() }],
    ['no_consent', { consent_at: null }],
    ['suppressed', { suppressed_at: new Date(), consent_at: null }],
  ])('%s: the run ends and nothing is written', async (reason, contact) => {
    const ready = await addReady(store, { contact });
    const { outcome, changed } = await begin(ready);
    expect(outcome).toEqual({ kind: 'exited', reason });
    expect(changed).toEqual({
      [runName(ready)]: { ...putBack, status: 'exited', exit_reason: reason, finished_at: instant },
    });
  });

  test('an opt-out wins over a paused device, for it does not end with the pause', async () => {
    const ready = await addReady(store, {
      device: { desired_state: 'paused' },
      contact: { suppressed_at: new Date() },
    });
    expect((await begin(ready)).outcome).toEqual({ kind: 'exited', reason: 'suppressed' });
  });

  test.each(['paused', 'exited', 'failed', 'completed'])(
    'a run that was %s after it was queued is taken out of the queue and stays so',
    async (status) => {
      const ready = await addReady(store, { run: { status } });
      const { outcome, changed } = await begin(ready);
      expect(outcome).toEqual({ kind: 'exited', reason: 'ended' });
      expect(changed).toEqual({ [runName(ready)]: putBack });
    },
  );

  test.each(['suppressed', 'ended'] as const)(
    'a re-send that may not be (%s) leaves its delivery uncertain',
    async (reason) => {
      // Guards: a delivery that nobody may send again staying `sending`, and blocking its device in recovery for ever.
      const ready = await addReady(store, {
        run: { dispatch_state: 'sending', ...(reason === 'ended' && { status: 'exited' }) },
        contact: reason === 'suppressed' ? { suppressed_at: new Date() } : {},
      });
      await addDelivery(store, ready.run);
      const { outcome, changed } = await begin(ready, { dispatchSeq: 'resend' });
      expect(outcome).toEqual({ kind: 'exited', reason });
      expect(changed[deliveryName(ready)]).toEqual({
        state: 'uncertain',
        concluded_at: instant,
        error_class: 'unconfirmed',
        error_code: reason,
      });
      expect(changed[runName(ready)]).toMatchObject({ dispatch_state: 'idle' });
    },
  );
});

describe('already_final: untouched', () => {
  test.each(['sent', 'failed', 'uncertain', 'cancelled'])('the delivery is %s', async (state) => {
    // Guards: a row queued again for a step that was sent, by a crash between the fact and the move.
    const ready = await addReady(store);
    await addDelivery(store, ready.run, { state });
    expect(await begin(ready)).toEqual({ outcome: { kind: 'already_final' }, changed: {} });
  });

  test('a re-send of what a receipt has settled meanwhile', async () => {
    const ready = await addReady(store, { run: { dispatch_state: 'sending' } });
    await addDelivery(store, ready.run, { state: 'sent' });
    expect(await begin(ready, { dispatchSeq: 'resend' })).toEqual({
      outcome: { kind: 'already_final' },
      changed: {},
    });
  });
});

describe('resend', () => {
  test('sends the same id, address and bytes once more and counts it', async () => {
    const ready = await addReady(store, { run: { dispatch_state: 'sending', crash_count: 1 } });
    await addDelivery(store, ready.run, { epoch: 3 });
    const { outcome, changed } = await begin(ready, { dispatchSeq: 'resend', body: 'other' });
    expect(outcome).toMatchObject({ kind: 'begun', body: 'bound before', attempt: 2 });
    expect(changed).toEqual({
      [runName(ready)]: { crash_count: 2 },
      [deliveryName(ready)]: { epoch: 7, attempts: 2, resends: 1, last_attempt_at: instant },
    });
  });

  test.each(['ready', 'sent', 'uncertain'])('never of what is %s', async (state) => {
    const ready = await addReady(store, { run: { dispatch_state: 'sending' } });
    await addDelivery(store, ready.run, { state });
    const { outcome, changed } = await begin(ready, { dispatchSeq: 'resend' });
    expect(outcome?.kind).not.toBe('begun');
    expect(changed).toEqual({});
  });
});

test('each row of a batch gets its own outcome, in the order asked', async () => {
  const [good, stale, stranger, paused] = [
    await addReady(store),
    await addReady(store),
    await addReady(store),
    await addReady(store, { device: { desired_state: 'paused' } }),
  ];
  const mine = good.device.worker;
  const take = async (device: DeviceId) =>
    await store.sql('update devices set owner_worker_id = $2 where id = $1', [device, mine]);
  for (const { device } of [stale, paused]) await take(device.deviceId);
  const outcomes = await beginDeliveries(store.db, mine, [
    paused.row,
    stranger.row,
    good.row,
    { ...stale.row, dispatchSeq: 1 },
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    'device_not_running',
    'not_mine',
    'begun',
    'stale',
  ]);
});
