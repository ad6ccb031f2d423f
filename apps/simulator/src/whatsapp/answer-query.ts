import type { LoggedInParts } from './logged-in-parts.ts';
import { SERVER } from './address.ts';
import { queryAnswers } from './query-answers.ts';
import { CUT, SERVER_ERROR } from '../message-fate.ts';
import type { Rule } from '../rule.ts';
import { childrenOf, type Stanza, stanza } from './stanza.ts';

/** "Too many requests": what a `nack` says that names no code. */
const TOO_MANY = 429;
const WORDS: Readonly<Record<number, string>> = {
  404: 'item-not-found',
  429: 'rate-overlimit',
  500: 'internal-server-error',
  503: 'service-unavailable',
};

/** Answers a client's query as the first matching rule says; one that this server does not know is granted. */
export function answerQuery(query: Stanza, client: LoggedInParts): void {
  const { id = '', xmlns = '', type } = query.attrs;
  // The answers to what the server itself asked need none.
  if (type === 'result' || type === 'error') return;
  const { socket, server, companion } = client;
  server.tally.queries += 1;
  const rule = server.rules.take({ on: 'query', device: companion.phone, xmlns });
  const answer = () => {
    const child = childrenOf(query)[0];
    const make = queryAnswers[`${xmlns} ${type} ${child?.tag ?? ''}`];
    socket.send(result(id, make?.(query, client)));
  };
  if (rule === undefined) answer();
  else strike(rule, { ...client, id, answer });
}

interface Asked extends LoggedInParts {
  readonly id: string;
  readonly answer: () => void;
}

function strike(rule: Rule, { server, socket, companion, id, answer }: Asked): void {
  switch (rule.do) {
    case 'nack':
      socket.send(refusal(id, rule.code ?? TOO_MANY));
      return;
    case 'delay':
      server.schedule.after(rule.ms ?? 0, answer);
      return;
    case 'drop_before':
    case 'accept_then_drop':
      server.network.end(companion.phone, CUT);
      return;
    case 'close':
      server.network.end(companion.phone, rule.code ?? SERVER_ERROR);
      return;
    case 'hang':
    case 'no_ack':
      return;
    default:
      assertNever(rule.do);
  }
}

function result(id: string, content?: Stanza[]): Stanza {
  return stanza('iq', { id, from: SERVER, type: 'result' }, content);
}

function refusal(id: string, code: number): Stanza {
  const error = stanza('error', { code: String(code), text: WORDS[code] ?? 'not-acceptable' });
  return stanza('iq', { id, from: SERVER, type: 'error' }, [error]);
}

function assertNever(deed: never): never {
  throw new Error(`no such deed: ${String(deed)}`);
}
