import type { Agent } from 'node:https';
import type { DurationMs } from '@dripfleet/domain';
import type { Transport, TransportTimings } from '../session.ts';
import { loadBaileys } from './load-baileys.ts';
import { MediaFiles, type MediaLimits } from './media/media-files.ts';
import type { MediaReach } from './media/media-outcome.ts';
import { openSession } from './open-session.ts';
import { pairDevice } from './pair-device.ts';

export type BaileysOptions = Readonly<{
  /** `wss://web.whatsapp.com/ws/chat`, or a stand-in's. */
  url: string;
  /** WhatsApp Web's version; undefined: the one that Baileys brings. */
  version?: readonly [number, number, number] | undefined;
  timings: TransportTimings;
  /** For how long a contact sees that somebody is typing before a message comes; 0: not at all. */
  typingTime: DurationMs;
  /** How long WhatsApp may take for a lookup; default 15 s. */
  queryTimeout?: DurationMs | undefined;
  /** Bytes by kind of file. */
  mediaLimits?: MediaLimits | undefined;
  /** For a stand-in of WhatsApp: what files may be fetched from, and who is trusted with uploads. */
  standIn?: Readonly<{ mediaReach?: MediaReach; uploadAgent?: Agent }> | undefined;
}>;

/**
 * WhatsApp itself, as a linked device, through Baileys; which is loaded here and not before.
 *
 * @throws RangeError for a `url` without TLS that leaves this machine: Baileys does not verify what WhatsApp signs, so
 *   TLS alone tells it from an impostor.
 */
export async function baileysTransport(options: BaileysOptions): Promise<Transport> {
  const { url, timings, typingTime, version, queryTimeout, mediaLimits, standIn } = options;
  assertTrustworthy(url);
  const baileys = await loadBaileys();
  const { connectTimeout, ackTimeout } = timings;
  const uploadAgent = standIn?.uploadAgent;
  const socket = { url, version, connectTimeout, queryTimeout, uploadAgent };
  const files = new MediaFiles({ limits: mediaLimits, reach: standIn?.mediaReach });
  const parts = { baileys, files, socket, ackTimeout, typingTime };
  return {
    open: (request, signal) => openSession(parts, request, signal),
    pair: (request, signal) => pairDevice(parts, request, signal),
  };
}

function assertTrustworthy(url: string): void {
  const { protocol, hostname } = new URL(url);
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'wss:' || (protocol === 'ws:' && here)) return;
  throw new RangeError('WhatsApp is reached over wss://; ws:// is for a stand-in on this machine');
}
