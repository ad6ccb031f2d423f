import { z } from 'zod';

/** Of every list that can be long. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().max(200).optional().describe('`next` of the page before'),
});

/**
 * The part of a list, in ascending order of `keyOf`, that follows a cursor. The cursor is the key of the last item that was
 * seen, so that what is added or removed meanwhile shifts nothing.
 */
export function pageOf<Item>(
  items: readonly Item[],
  {
    limit,
    cursor,
    keyOf,
  }: Readonly<{ limit: number; cursor: string | undefined; keyOf(item: Item): string }>,
): Readonly<{ items: readonly Item[]; next: string | undefined }> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const hasMore = rest.length > page.length && last !== undefined;
  return {
    items: page,
    next: hasMore ? writeCursor(keyOf(last)) : undefined,
  };
}

export const writeCursor = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');

/** Whatever a client sends is some text; who can't use it says so. */
export const readCursor = (cursor: string): string =>
  Buffer.from(cursor, 'base64url').toString('utf8');
