import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { phoneField, textField } from './parse-fields.ts';
import { parseRules } from './parse-rules.ts';
import { readJson } from './read-json.ts';
import { type Answer, badRequest, type Controlled, postRoute, type Route } from './route.ts';
import { whatsappRoutes } from './whatsapp-routes.ts';

const addresses = ['pn', 'lid'] as const;
const words = z.strictObject({
  from: phoneField,
  device: phoneField,
  text: textField('give the text the contact writes'),
  address: z.enum(addresses, { error: `use one of ${addresses.join(', ')}` }).optional(),
});

const routes: Readonly<Record<string, Route>> = {
  'GET /healthz': () => ({ status: 200, body: { ok: true } }),
  'GET /stats': ({ network, whatsapp }) => ({
    status: 200,
    body: { ...network.figures, ...whatsapp.figures, cpu_ms: cpuMs() },
  }),
  'POST /rules': addRules,
  'DELETE /rules': ({ rules }) => {
    rules.clear();
    return { status: 200, body: { rules: 0 } };
  },
  'POST /say': postRoute(words, async ({ network }, said) => ({
    status: 200,
    body: await network.say(said),
  })),
  ...whatsappRoutes,
};

/**
 * Answers the simulator's control requests, in JSON: rules, words of contacts, what phones do, counts, health.
 *
 * 400 names each bad field and its fix; 404 lists the routes there are.
 */
export async function answerControl(
  controlled: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://simulator');
  const route = routes[`${request.method} ${pathname}`];
  const { status, body } =
    route === undefined
      ? { status: 404, body: { error: `no such route: use ${Object.keys(routes).join(', ')}` } }
      : await route(controlled, request);
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function addRules({ rules }: Controlled, request: IncomingMessage): Promise<Answer> {
  const body = await readJson(request);
  if (body.kind === 'unreadable') return badRequest(body.error);
  const parsed = parseRules(body.value);
  if (parsed.kind === 'invalid') return badRequest('invalid rule', parsed.problems);
  rules.add(parsed.rules);
  return { status: 200, body: { rules: rules.strikesLeft } };
}

/** Benchmarks show the network's own CPU apart from the senders'. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
}
