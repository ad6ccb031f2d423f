import { z } from 'zod';
import { conditions } from '../wire.ts';

export const deviceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
export const labels = z.record(z.string().max(63), z.string().max(255));
const counts = z.record(z.string(), z.number());
const instant = z.number().describe('ms since 1970');

export const fleetDeviceSchema = z
  .object({
    id: z.number(),
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    condition: z.enum(conditions),
    why: z.string().optional(),
    host: z.string().optional(),
    queued: z.number(),
    sending: z.number(),
    due: z.number(),
    sentLastHour: z.number(),
    errors: counts.optional(),
  })
  .meta({ id: 'Device' });

export const pulseSchema = z
  .object({
    at: instant,
    sentLastMinute: z.number(),
    workers: z.number(),
    wanted: z.number(),
    owned: z.number(),
    capacity: z.number(),
  })
  .meta({ id: 'Pulse' });

export const deviceViewSchema = z
  .object({
    name: z.string(),
    phone: z.string().optional().describe('masked for viewers'),
    labels: z.record(z.string(), z.string()),
    engine: z.enum(['workers', 'direct']),
    state: z.enum(['running', 'paused', 'draining', 'drained']),
    reason: z.string().optional(),
    pausedUntil: instant.optional(),
    session: z.object({
      state: z.string(),
      reason: z.string().optional(),
      since: instant,
      restrictedUntil: instant.optional(),
    }),
    owner: z
      .object({
        worker: z.string(),
        host: z.string().optional(),
        live: z.boolean(),
        since: instant.optional(),
      })
      .optional(),
    rows: z.object({
      queued: z.number(),
      sending: z.number(),
      held: z.number(),
      waiting: z.number(),
      due: z.number(),
    }),
    nextDueAt: instant.optional(),
    nextSendIn: z.number().optional().describe('ms until its pace allows the next message'),
    sentLastHour: z.number(),
    caps: z.array(z.object({ max: z.number(), window: z.string() })).readonly(),
    gap: z.string().optional(),
    advice: z.array(z.string()).readonly(),
  })
  .meta({ id: 'DeviceDetails' });

export const controlResultSchema = z
  .object({
    devices: z.array(
      z.object({
        name: z.string(),
        outcome: z.enum(['changed', 'already', 'kept']),
        state: z.string(),
        inFlight: z.number().optional(),
        waiting: z.number().optional(),
      }),
    ),
    unannounced: z
      .literal(true)
      .optional()
      .describe('Redis was out of reach: the workers see the change within seconds'),
  })
  .meta({ id: 'ControlResult' });

export const pairingSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['none', 'requested', 'expired', 'unreadable']) }),
    z.object({
      kind: z.literal('waiting'),
      method: z.enum(['qr', 'code']),
      qr: z.array(z.string()).readonly().optional(),
      code: z.string().optional(),
      validForMs: z.number(),
    }),
    z.object({ kind: z.literal('paired'), phone: z.string().optional() }),
    z.object({ kind: z.literal('failed'), reason: z.string() }),
  ])
  .meta({ id: 'Pairing' });

export const fileProblemSchema = z.object({
  severity: z.enum(['error', 'warning']),
  line: z.number(),
  column: z.number(),
  message: z.string(),
  fix: z.string(),
});
