import { z } from 'zod';

/** What the simulator's light protocol sends: one of these per frame. */
const frame = z.union([
  z.object({
    ack: z.object({ id: z.string(), error: z.union([z.string(), z.number()]).optional() }),
  }),
  z.object({ receipt: z.object({ id: z.string(), kind: z.enum(['delivered', 'read']) }) }),
  z.object({ inbound: z.object({ id: z.string(), from: z.string(), text: z.string() }) }),
  z.object({ offline_done: z.literal(true) }),
]);

export type LightFrame = z.infer<typeof frame>;

/** Undefined for what this version does not know: a newer simulator may say more. */
export function parseFrame(data: string): LightFrame | undefined {
  try {
    return frame.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
