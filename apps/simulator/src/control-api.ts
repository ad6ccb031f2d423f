import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Network } from './network.ts';
import { parseRules } from './parse-rules.ts';
import { parseWords } from './parse-words.ts';
import type { Rules } from './rules.ts';

const LONGEST_BODY_BYTES = 1024 * 1024;

interface Controlled {
  readonly network: Network;
  readonly rules: Rules;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

type Route = (controlled: Controlled, request: IncomingMessage) => Answer | Promise<Answer>;

const routes: Record<string, Route> = {
  'GET /healthz': () => ({ status: 200, body: { ok: true } }),
  'GET /stats': ({ network }) => ({ status: 200, body: { ...network.figures, cpu_ms: cpuMs() } }),
  'POST /rules': addRules,
  'DELETE /rules': ({ rules }) => {
    rules.clear();
    return { status: 200, body: { rules: 0 } };
  },
  'POST /say': say,
};

/**
 * Answers the simulator's control requests, in JSON: rules, words of contacts, counts, health.
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

async function say({ network }: Controlled, request: IncomingMessage): Promise<Answer> {
  const body = await readJson(request);
  if (body.kind === 'unreadable') return badRequest(body.error);
  const parsed = parseWords(body.value);
  if (parsed.kind === 'invalid') return badRequest('invalid words', parsed.problems);
  return { status: 200, body: await network.say(parsed.words) };
}

type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly error: string };

async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LONGEST_BODY_BYTES) return { kind: 'unreadable', error: 'send 1 MiB at most' };
    chunks.push(chunk);
  }
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString()) };
  } catch {
    return { kind: 'unreadable', error: 'send JSON' };
  }
}

function badRequest(error: string, problems: readonly object[] = []): Answer {
  return { status: 400, body: { error, problems } };
}

/** Benchmarks show the network's own CPU apart from the senders'. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
}
