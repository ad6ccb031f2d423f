import {
  type DeviceId,
  deviceId,
  type EpochMs,
  epochMs,
  type MessageId,
  type PhoneNumber,
  phoneNumber,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  sequenceId,
  type StepKey,
  stepKey,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** What deciding about a step of one sequence contact needs, and what rendering it needs. */
export type LoadedDelivery = Readonly<{
  sequenceContactId: SequenceContactId;
  deviceId: DeviceId;
  /** Undefined when the run has ended. */
  nextStepKey: StepKey | undefined;
  sequenceId: SequenceId;
  version: number;
  phone: PhoneNumber;
  /** When it fell due, or is to be tried again. */
  dueAt: EpochMs;
  /** How often it was begun so far. */
  attempts: number;
  /** How many processes died with it in hand: see `judgeCrashes`. */
  crashCount: number;
  /** Undefined when so many died with it that it is not to be read beside others. */
  contents: DeliveryContents | undefined;
}>;

/** What the message is made of: the part of a row that a process can die of. */
export type DeliveryContents = Readonly<{
  name: string | undefined;
  attributes: Readonly<Record<string, unknown>>;
  /** Set when an earlier attempt bound this step to a message: that one is sent, not a new rendering. */
  bound: Readonly<{ messageId: MessageId; body: string }> | undefined;
}>;

type Row = {
  id: number;
  device_id: number;
  next_step_key: string | null;
  sequence_id: number;
  version: number;
  phone: string;
  due_at_ms: number;
  attempts: number | null;
  crash_count: number;
  is_whole: boolean;
  name: string | null;
  attributes: Record<string, unknown> | null;
  body: string | null;
  message_id: string | null;
};

/**
 * Loads sequence contacts by id, in no order; an id that does not exist is missing from the answer. Rows that at least
 * `leaveFrom` processes died with come without their contents; left out, all come whole.
 */
export async function loadDeliveries(
  db: Queryable,
  ids: readonly SequenceContactId[],
  { leaveFrom }: Readonly<{ leaveFrom?: number }> = {},
): Promise<readonly LoadedDelivery[]> {
  const rows = await db.run<Row>('load-deliveries', [ids, leaveFrom ?? null]);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
    nextStepKey: row.next_step_key === null ? undefined : stepKey(row.next_step_key),
    sequenceId: sequenceId(row.sequence_id),
    version: row.version,
    phone: phoneNumber(row.phone),
    dueAt: epochMs(row.due_at_ms),
    attempts: row.attempts ?? 0,
    crashCount: row.crash_count,
    contents: row.is_whole ? contentsOf(row) : undefined,
  }));
}

function contentsOf({ name, attributes, message_id, body }: Row): DeliveryContents {
  return {
    name: name ?? undefined,
    attributes: attributes ?? {},
    bound:
      message_id !== null && body !== null
        ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
          { messageId: message_id as MessageId, body }
        : undefined,
  };
}
