import {
  type DeviceId,
  durationMs,
  epoch,
  type MessageId,
  stepKey,
  workerId,
} from '@dripfleet/domain';
import { beginDeliveries, queueDue, shardCount } from '@dripfleet/store';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  addWorker,
  ago,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explainContact } from '../src/index.ts';

let store: TestStore;
let live: string;
beforeAll(async () => {
  store = await openTestStore();
  live = await addWorker(store);
});
afterAll(async () => await store.close());

const minute = 60_000;
const until = fc.constantFrom<number | undefined>(undefined, -minute, minute);
/** Mostly what lets a message go, or hardly one would. */
const mostly = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const situations = fc.record({
  hasPhone: mostly(true, false),
  desired: mostly('running', 'paused', 'draining', 'drained'),
  pausedIn: until,
  session: mostly(
    'open',
    'closed',
    'connecting',
    'unreachable',
    'restricted',
    'unpaired',
    'pairing',
    'logged_out',
    'banned',
    'conflict',
    'quarantined',
  ),
  restriction: fc.constantFrom(undefined, 'everybody', 'new_contacts'),
  restrictedIn: until,
  engine: mostly('workers', 'direct'),
  owner: mostly<'live' | 'none'>('live', 'none'),
  sequence: mostly('active', 'paused', 'draft', 'archived'),
  suppressed: mostly(false, true),
  consented: mostly(true, false),
  status: mostly('active', 'paused', 'completed', 'exited', 'failed'),
  dispatch: mostly('idle', 'queued', 'sending', 'held'),
  dueIn: mostly(-minute, minute),
  delivery: mostly(undefined, 'ready', 'sending', 'sent', 'failed', 'uncertain', 'cancelled'),
  heard: fc.boolean(),
});
type Situation = typeof situations extends fc.Arbitrary<infer Value> ? Value : never;

const after = (ms: number | undefined) => (ms === undefined ? null : ago(-ms));
const hello = stepKey('hello');
let people = 6_000_000;

async function build(it_: Situation) {
  const phone = `+1555${(people += 1)}`;
  const device = await addDevice(store, {
    desired_state: it_.desired,
    paused_until: it_.desired === 'paused' ? after(it_.pausedIn) : null,
    session_state: it_.session,
    restriction: it_.restriction ?? null,
    restricted_until: after(it_.restrictedIn),
    engine: it_.engine,
    owner_epoch: 7,
    ...(it_.owner === 'live' && { owner_worker_id: live }),
    ...(!it_.hasPhone && { phone: null }),
  });
  const name = `truth-${people}`;
  const sequence = await addSequence(store, { name, status: it_.sequence });
  const run = await addRun(store, device, {
    sequence_id: sequence,
    status: it_.status,
    dispatch_state: it_.dispatch,
    dispatch_seq: 3,
    worker_assigned_at: ago(1_000),
    next_trigger_time: ago(-it_.dueIn),
    contact: {
      phone,
      suppressed_at: it_.suppressed ? new Date() : null,
      consent_at: it_.consented ? new Date() : null,
    },
  });
  if (it_.delivery !== undefined)
    await addDelivery(store, run, { state: it_.delivery, last_attempt_at: ago(3 * minute) });
  if (it_.heard)
    await store.sql(
      `insert into inbound_messages (device_id, message_id, contact_id, kind) values ($1, 'm', $2, 'reply')`,
      [device, run.contactId],
    );
  return { device, run, name, phone };
}

/** What select and begin make of it; the dispatch that begin is asked for is select's, or the one of before. */
async function goes(device: DeviceId, id: number): Promise<boolean> {
  const shards = [device % shardCount];
  const selected = await queueDue(store.db, { shards, queueSize: 100, engine: 'workers' });
  const [row] = await store.sql<{ dispatch_state: string; dispatch_seq: string }>(
    'select dispatch_state, dispatch_seq from sequence_contacts where id = $1',
    [id],
  );
  const dispatch = selected.find(({ sequenceContactId }) => sequenceContactId === id);
  if (!dispatch && row?.dispatch_state !== 'queued') return false;
  const [outcome] = await beginDeliveries(store.db, workerId(live), [
    {
      sequenceContactId: id as Parameters<typeof beginDeliveries>[2][number]['sequenceContactId'],
      dispatchSeq: Number(row?.dispatch_seq),
      stepKey: hello,
      deviceId: device,
      epoch: epoch(7),
      pacingVersion: 0,
      messageId: `3EB0T${id}` as MessageId,
      toJid: `${id}@s.whatsapp.net`,
      body: 'hello',
    },
  ]);
  return outcome?.kind === 'begun';
}

/** A worker sends over an open session alone; select and begin leave that to it. */
const canServe = ({ session }: Situation) => ['open', 'restricted'].includes(session);

// Guards: an explanation that says "next to go" of what nobody will send, or names an obstacle that is none.
it('says that a message is next to go exactly when select and begin let it go', async () => {
  const seen = { next: 0, waits: 0 };
  await fc.assert(
    fc.asyncProperty(situations, async (situation) => {
      const { device, run, name, phone } = await build(situation);
      const outcome = await explainContact(store.db, {
        sequence: name,
        phone,
        defaults: {
          caps: [{ max: 1_000, window: durationMs(minute) }],
          gap: { min: durationMs(0), max: durationMs(0) },
        },
        steal: durationMs(24_000),
      });
      if (outcome.kind !== 'explained') throw new Error(outcome.kind);
      const began = await goes(device, run.id);
      const isNext = outcome.verdict === 'next';
      seen[isNext ? 'next' : 'waits'] += 1;
      // The reasons are there to be shown when it fails.
      expect({ isNext, reasons: outcome.reasons }).toEqual({
        isNext: began && canServe(situation),
        reasons: isNext ? [] : outcome.reasons,
      });
    }),
    { numRuns: 250 },
  );
  // Both sides of the rule were met, or it says nothing.
  expect(Math.min(seen.next, seen.waits)).toBeGreaterThan(10);
}, 60_000);
