import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { LazyWhatsapp } from './lazy-whatsapp.ts';
import type { Network } from './network.ts';
import { parseFields } from './parse-fields.ts';
import { readJson } from './read-json.ts';
import type { Rules } from './rules.ts';

/** What the control API can reach. */
export interface Controlled {
  readonly network: Network;
  readonly rules: Rules;
  readonly whatsapp: LazyWhatsapp;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

export type Route = (controlled: Controlled, request: IncomingMessage) => Answer | Promise<Answer>;

/** A route with a JSON body: 400 names each bad field and its fix, else `act` answers. */
export function postRoute<T>(
  schema: z.ZodType<T>,
  act: (controlled: Controlled, fields: T) => Answer | Promise<Answer>,
): Route {
  return async (controlled, request) => {
    const body = await readJson(request);
    if (body.kind === 'unreadable') return badRequest(body.error);
    const parsed = parseFields(schema, body.value);
    if (parsed.kind === 'invalid') return badRequest('invalid fields', parsed.problems);
    return await act(controlled, parsed.fields);
  };
}

export function badRequest(error: string, problems: readonly object[] = []): Answer {
  return { status: 400, body: { error, problems } };
}
