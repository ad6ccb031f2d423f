import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isPhoneNumber } from './phone-number.ts';
import type { Rule } from './rule.ts';
import type { Happening, Rules } from './rules.ts';
import type { LightLogin } from './serve-light-client.ts';

/** A text of WhatsApp's longest size fits many times; more is a client gone wrong. */
const LONGEST_LIGHT_FRAME_BYTES = 64 * 1024;
/** A first login's 812 pre-keys are about 40 KB, a message with a thumbnail about 50 KB. */
const LONGEST_WHATSAPP_FRAME_BYTES = 1024 * 1024;
const UNAVAILABLE = 503;
/** A few times what one machine's Redis and Postgres carry; more is a loop of somebody's. */
const MOST_CLIENTS = 20_000;
/** How long clients may take to answer the goodbye of a simulator that stops. */
const GOODBYE_MS = 500;

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

type Welcome = (socket: WebSocket) => void;

interface GateParts {
  readonly rules: Rules;
  readonly welcomeLight: (socket: WebSocket, login: LightLogin) => void;
  readonly welcomeWhatsapp: Welcome;
}

/**
 * Turns HTTP requests for `/light?device=+E164[&confirm=true]` and `/ws/chat` into WebSockets, or as a rule on
 * `upgrade` says.
 *
 * A client of WhatsApp names no device yet: rules with a `device` leave it alone.
 */
export class UpgradeGate {
  readonly #parts: GateParts;
  readonly #waiting = new Set<Duplex>();
  readonly #light = openDoor(LONGEST_LIGHT_FRAME_BYTES);
  readonly #whatsapp = openDoor(LONGEST_WHATSAPP_FRAME_BYTES);

  constructor(parts: GateParts) {
    this.#parts = parts;
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
    const gone = this.#clients.map(
      async (client) =>
        await new Promise<void>((resolve) => {
          client.once('close', () => {
            resolve();
          });
        }),
    );
    const cut = setTimeout(() => {
      for (const client of this.#clients) client.terminate();
    }, GOODBYE_MS);
    await Promise.all(gone);
    clearTimeout(cut);
  }

  get #clients(): readonly WebSocket[] {
    return [...this.#light.clients, ...this.#whatsapp.clients];
  }

  #admit(upgrade: Upgrade): void {
    const { request, socket } = upgrade;
    const url = parseTarget(request.url);
    if (url?.pathname === '/ws/chat') {
      this.#judge(upgrade, { on: 'upgrade' }, () => {
        this.#open(upgrade, this.#whatsapp, this.#parts.welcomeWhatsapp);
      });
      return;
    }
    if (url?.pathname !== '/light') {
      refuse(socket, 404, 'no such path: connect to /light?device=+E164 or to /ws/chat');
      return;
    }
    // A bare "+" in a query means a space to URL parsers; nobody should have to write %2B.
    const device = (url.searchParams.get('device') ?? '').replace(/^ /, '+');
    if (!isPhoneNumber(device)) {
      refuse(socket, 400, 'device must be "+E164", for example /light?device=+15550000001');
      return;
    }
    const confirm = url.searchParams.get('confirm') ?? 'false';
    if (confirm !== 'true' && confirm !== 'false') {
      refuse(socket, 400, 'confirm must be "true" or "false"');
      return;
    }
    this.#judge(upgrade, { on: 'upgrade', device }, () => {
      this.#open(upgrade, this.#light, (client) => {
        this.#parts.welcomeLight(client, { device, confirms: confirm === 'true' });
      });
    });
  }

  #open({ request, socket, head }: Upgrade, door: WebSocketServer, welcome: Welcome): void {
    if (this.#light.clients.size + this.#whatsapp.clients.size >= MOST_CLIENTS) {
      refuse(socket, UNAVAILABLE, `too many clients: ${MOST_CLIENTS} at most`);
      return;
    }
    door.handleUpgrade(request, socket, head, welcome);
  }

  #judge(upgrade: Upgrade, happening: Happening, open: () => void): void {
    const rule = this.#parts.rules.take(happening);
    if (rule === undefined) open();
    else this.#strike(rule, upgrade.socket, open);
  }

  #strike(rule: Rule, socket: Duplex, open: () => void): void {
    if (rule.do === 'drop_before') socket.destroy();
    else if (rule.do === 'hang') this.#hold(socket);
    else if (rule.do === 'delay') this.#hold(socket, rule.ms, open);
    else refuse(socket, rule.code ?? UNAVAILABLE, 'refused by a rule');
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

function openDoor(maxPayload: number): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
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
