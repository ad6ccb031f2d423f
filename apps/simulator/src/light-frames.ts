import { z } from 'zod';
import type { Notice } from './link.ts';
import type { OutgoingMessage } from './network.ts';
import { isPhoneNumber } from './phone-number.ts';

const idSchema = z.string().min(1).max(128);

const messageSchema = z.strictObject({
  message: z.strictObject({
    id: idSchema,
    to: z.string().refine(isPhoneNumber, 'must be "+E164"'),
    text: z.string().min(1),
  }),
});

const gotSchema = z.strictObject({
  got: z.strictObject({ id: idSchema, kind: z.enum(['delivered', 'read', 'inbound']) }),
});

export type ParsedFrame =
  | { readonly kind: 'message'; readonly message: OutgoingMessage }
  /** The client has taken over the notice of this key; see `noticeKey`. */
  | { readonly kind: 'got'; readonly key: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Reads what a client sent: `{"message":{"id","to","text"}}` or `{"got":{"id","kind"}}`. */
export function parseFrame(text: string): ParsedFrame {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: 'malformed', reason: 'a frame must be JSON' };
  }
  if (isObject(body) && 'got' in body) {
    const { data, error } = gotSchema.safeParse(body);
    if (data === undefined) return malformed(error);
    return { kind: 'got', key: keyOf(data.got.kind, data.got.id) };
  }
  const { data, error } = messageSchema.safeParse(body);
  if (data === undefined) return malformed(error);
  const { to, id, text: words } = data.message;
  return { kind: 'message', message: { to, id, content: { kind: 'text', text: words } } };
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null;
}

function malformed({ issues: [issue] }: z.ZodError): ParsedFrame {
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

/** What a client confirms a notice by. */
export function noticeKey(notice: Notice): string {
  return keyOf(notice.kind === 'receipt' ? notice.receipt : notice.kind, notice.id);
}

function keyOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}

export const offlineDoneFrame = JSON.stringify({ offline_done: true });
