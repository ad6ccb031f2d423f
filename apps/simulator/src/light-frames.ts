import { z } from 'zod';
import type { Notice } from './link.ts';
import type { OutgoingMessage } from './network.ts';
import { isPhoneNumber } from './phone-number.ts';

const frameSchema = z.strictObject({
  message: z.strictObject({
    id: z.string().min(1).max(128),
    to: z.string().refine(isPhoneNumber, 'must be "+E164"'),
    text: z.string().min(1),
  }),
});

export type ParsedFrame =
  | { readonly kind: 'message'; readonly message: OutgoingMessage }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Reads what a client sent: `{"message":{"id","to","text"}}` is all the light protocol lets it say. */
export function parseFrame(text: string): ParsedFrame {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: 'malformed', reason: 'a frame must be JSON' };
  }
  const parsed = frameSchema.safeParse(body);
  if (parsed.success) {
    const { to, id, text: words } = parsed.data.message;
    return { kind: 'message', message: { to, id, content: { kind: 'text', text: words } } };
  }
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  return { kind: 'malformed', reason: `${place === '' ? 'the frame' : place}: ${issue?.message}` };
}

/** Tells a client that its message was taken, or refused with an error code. */
export function ackFrame(id: string, error?: number): string {
  return JSON.stringify({ ack: error === undefined ? { id } : { id, error } });
}

/** A receipt or a contact's message, as the light protocol writes it; it has no words for other notices. */
export function noticeFrame(notice: Notice): string | undefined {
  const { id } = notice;
  if (notice.kind === 'retry' || notice.kind === 'timelock') return undefined;
  if (notice.kind === 'receipt') return JSON.stringify({ receipt: { id, kind: notice.receipt } });
  return JSON.stringify({ inbound: { id, from: notice.from, text: notice.text } });
}

export const offlineDoneFrame = JSON.stringify({ offline_done: true });
