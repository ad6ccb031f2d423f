import {
  type DeviceId,
  deviceId,
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

/** What rendering a step for one sequence contact needs. */
export type LoadedDelivery = Readonly<{
  sequenceContactId: SequenceContactId;
  deviceId: DeviceId;
  /** Undefined when the run has ended. */
  nextStepKey: StepKey | undefined;
  sequenceId: SequenceId;
  version: number;
  phone: PhoneNumber;
  name: string | undefined;
  attributes: Readonly<Record<string, unknown>>;
  /** Set when an earlier attempt bound this step to a message: that one is sent, not a new rendering. */
  bound: Readonly<{ messageId: MessageId; body: string }> | undefined;
  /** How often it was begun so far. */
  attempts: number;
  /** How many processes died with it in hand: see `judgeCrashes`. */
  crashCount: number;
}>;

type Row = {
  id: number;
  device_id: number;
  next_step_key: string | null;
  sequence_id: number;
  version: number;
  phone: string;
  name: string | null;
  attributes: Record<string, unknown>;
  body: string | null;
  message_id: string | null;
  attempts: number | null;
  crash_count: number;
};

/** Loads sequence contacts by id, in no order; an id that does not exist is missing from the answer. */
export async function loadDeliveries(
  db: Queryable,
  ids: readonly SequenceContactId[],
): Promise<readonly LoadedDelivery[]> {
  const rows = await db.run<Row>('load-deliveries', [ids]);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
    nextStepKey: row.next_step_key === null ? undefined : stepKey(row.next_step_key),
    sequenceId: sequenceId(row.sequence_id),
    version: row.version,
    phone: phoneNumber(row.phone),
    name: row.name ?? undefined,
    attributes: row.attributes,
    bound:
      row.message_id !== null && row.body !== null
        ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
          { messageId: row.message_id as MessageId, body: row.body }
        : undefined,
    attempts: row.attempts ?? 0,
    crashCount: row.crash_count,
  }));
}
