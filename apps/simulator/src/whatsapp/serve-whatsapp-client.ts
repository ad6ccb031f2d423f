import type { proto } from '@whiskeysockets/baileys';
import type { WebSocket } from 'ws';
import { CUT, SERVER_ERROR } from '../message-fate.ts';
import { isPhoneNumber } from '../phone-number.ts';
import type { Rule } from '../rule.ts';
import type { ClientStage } from './client-stage.ts';
import { LoggedInClient } from './logged-in-client.ts';
import type { Greeting } from './noise-session.ts';
import { PairingClient } from './pairing-client.ts';
import { ProtocolError } from './protocol-error.ts';
import { stanza } from './stanza.ts';
import { farewellFor, StanzaSocket } from './stanza-socket.ts';
import type { WhatsappServer } from './whatsapp-server.ts';

/** "Logged out", in WhatsApp's login failures. */
const LOGGED_OUT = 401;
/** RFC 6455: done. */
const NORMAL = 1000;

/** Speaks the WhatsApp Web protocol with one client, from its upgrade to its end. */
export function serveWhatsappClient(webSocket: WebSocket, server: WhatsappServer): void {
  let stage: ClientStage | undefined;
  const socket: StanzaSocket = new StanzaSocket(webSocket, server.identity, {
    onGreeting: (greeting) => {
      const pairing = greeting.payload.devicePairingData;
      if (pairing) {
        stage = new PairingClient({ socket, server, noiseKey: greeting.noiseKey, pairing });
        return;
      }
      logIn({ socket, server, greeting }, (client) => {
        stage = client;
      });
    },
    // What an unadmitted client says is not heard.
    onStanza: (message) => stage?.take(message),
    onBroken: (code) => {
      stage?.expel(code);
      socket.end(code);
    },
    onClose: (code) => stage?.leave(code),
  });
}

interface Newcomer {
  readonly socket: StanzaSocket;
  readonly server: WhatsappServer;
  readonly greeting: Greeting;
}

/** A rule on `login` refuses, closes, delays or hangs here: the client is connected and hears nothing. */
function logIn(newcomer: Newcomer, onAdmitted: (client: LoggedInClient) => void): void {
  const { socket, server, greeting } = newcomer;
  const device = deviceOf(greeting.payload);
  const rule = server.rules.take({ on: 'login', device: device.phone });
  if (rule?.do === 'hang') return;
  if (rule?.do === 'nack' || rule?.do === 'close') {
    refuse(socket, rule);
    return;
  }
  const admit = () => {
    if (!socket.open) return;
    const admission = server.companions.admit({ ...device, noiseKey: greeting.noiseKey });
    if (admission.kind === 'known') {
      onAdmitted(new LoggedInClient({ socket, server, companion: admission.companion }));
    } else fail(socket, LOGGED_OUT);
  };
  if (rule?.do !== 'delay') {
    admit();
    return;
  }
  socket.pause();
  server.schedule.after(rule.ms ?? 0, () => {
    socket.resume();
    admit();
  });
}

function deviceOf(payload: proto.IClientPayload): { phone: string; id: number } {
  const phone = `+${String(payload.username)}`;
  if (!isPhoneNumber(phone)) throw new ProtocolError('a login names no number');
  return { phone, id: payload.device ?? 0 };
}

function refuse(socket: StanzaSocket, rule: Rule): void {
  if (rule.do === 'nack') fail(socket, rule.code ?? LOGGED_OUT);
  else {
    const code = rule.code ?? SERVER_ERROR;
    socket.end(code, code === CUT ? undefined : farewellFor(code));
  }
}

function fail(socket: StanzaSocket, reason: number): void {
  socket.end(NORMAL, stanza('failure', { reason: String(reason), location: 'sim' }));
}
