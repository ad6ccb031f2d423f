import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isPhoneNumber } from './phone-number.ts';
import type { Rule } from './rule.ts';
import type { Rules } from './rules.ts';

/** A text of WhatsApp's longest size fits many times; more is a client gone wrong. */
const LONGEST_FRAME_BYTES = 64 * 1024;
const UNAVAILABLE = 503;
/** How long clients may take to answer the goodbye of a simulator that stops. */
const GOODBYE_MS = 500;

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Turns HTTP requests for `/light?device=+E164` into WebSockets, or as a rule on `upgrade` says. */
export class UpgradeGate {
  readonly #rules: Rules;
  readonly #welcome: (socket: WebSocket, device: string) => void;
  readonly #waiting = new Set<Duplex>();
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_FRAME_BYTES });

  constructor(parts: { rules: Rules; welcome: (socket: WebSocket, device: string) => void }) {
    this.#rules = parts.rules;
    this.#welcome = parts.welcome;
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.#admit({ request, socket, head });
    });
  }

  /** Waits for the clients to go, a moment at most, then cuts who is left. */
  async close(): Promise<void> {
    for (const socket of this.#waiting) socket.destroy();
    const gone = [...this.#sockets.clients].map(
      async (client) =>
        await new Promise<void>((resolve) => {
          client.once('close', () => {
            resolve();
          });
        }),
    );
    const cut = setTimeout(() => {
      for (const client of this.#sockets.clients) client.terminate();
    }, GOODBYE_MS);
    await Promise.all(gone);
    clearTimeout(cut);
  }

  #admit(upgrade: Upgrade): void {
    const { request, socket } = upgrade;
    const url = parseTarget(request.url);
    if (url?.pathname !== '/light') {
      refuse(socket, 404, 'no such path: connect to /light?device=+E164');
      return;
    }
    // A bare "+" in a query means a space to URL parsers; nobody should have to write %2B.
    const device = (url.searchParams.get('device') ?? '').replace(/^ /, '+');
    if (!isPhoneNumber(device)) {
      refuse(socket, 400, 'device must be "+E164", for example /light?device=+15550000001');
      return;
    }
    const rule = this.#rules.take({ on: 'upgrade', device });
    if (rule === undefined) this.#open(upgrade, device);
    else this.#strike(rule, upgrade, device);
  }

  #strike(rule: Rule, upgrade: Upgrade, device: string): void {
    const { socket } = upgrade;
    if (rule.do === 'drop_before') socket.destroy();
    else if (rule.do === 'hang') this.#hold(socket);
    else if (rule.do === 'delay') {
      this.#hold(socket, rule.ms, () => {
        this.#open(upgrade, device);
      });
    } else refuse(socket, rule.code ?? UNAVAILABLE, 'refused by a rule');
  }

  #open({ request, socket, head }: Upgrade, device: string): void {
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      this.#welcome(client, device);
    });
  }

  /** Leaves a socket unanswered: until `ms` have passed, or for ever. */
  #hold(socket: Duplex, ms?: number, answer?: () => void): void {
    this.#waiting.add(socket);
    const release = () => {
      this.#waiting.delete(socket);
      clearTimeout(timer);
      socket.off('close', release);
    };
    const timer =
      ms === undefined
        ? undefined
        : setTimeout(() => {
            release();
            answer?.();
          }, ms);
    socket.on('close', release);
  }
}

function parseTarget(target = '/'): URL | undefined {
  const base = 'ws://simulator';
  return URL.canParse(target, base) ? new URL(target, base) : undefined;
}

/** Answers an upgrade with a plain HTTP error. A code that is no HTTP error becomes 503. */
function refuse(socket: Duplex, code: number, reason: string): void {
  const status = code >= 400 && code <= 599 ? code : UNAVAILABLE;
  const body = JSON.stringify({ error: reason });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
      'connection: close',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
