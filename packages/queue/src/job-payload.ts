import {
  type SequenceContactId,
  sequenceContactId,
  type StepKey,
  stepKey,
} from '@dripfleet/domain';
import { z } from 'zod';

/** What a job carries: ids only. It decides nothing; begin asks Postgres again for all of it. */
export type JobPayload = Readonly<{
  sequenceContactId: SequenceContactId;
  dispatchSeq: number;
  stepKey: StepKey;
}>;

const shape = z.strictObject({
  v: z.literal(1),
  row: z.number().int().positive(),
  seq: z.number().int().positive(),
  step: z.string().regex(/^[a-z0-9_-]{1,40}$/),
});

export function toJobData(payload: JobPayload): z.input<typeof shape> {
  return { v: 1, row: payload.sequenceContactId, seq: payload.dispatchSeq, step: payload.stepKey };
}

/** Undefined for anything that `toJobData` did not make: the job is dropped, its row comes back through reconcile. */
export function parseJobData(data: unknown): JobPayload | undefined {
  const { success, data: parsed } = shape.safeParse(data);
  if (!success) return undefined;
  return {
    sequenceContactId: sequenceContactId(parsed.row),
    dispatchSeq: parsed.seq,
    stepKey: stepKey(parsed.step),
  };
}
