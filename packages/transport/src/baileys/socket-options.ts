import type { Agent } from 'node:https';
import type {
  CacheStore,
  UserFacingSocketConfig,
  WAMessageKey,
  proto,
} from '@whiskeysockets/baileys';
import type { AuthStore } from './auth-store.ts';
import type { Baileys } from './load-baileys.ts';
import { recentCache } from './recent-cache.ts';
import { silentLogger } from './silent-logger.ts';

export type SocketOptions = Readonly<{
  url: string;
  /** WhatsApp Web's, three numbers; undefined: the one that Baileys brings. WhatsApp refuses old ones with 405. */
  version: readonly [number, number, number] | undefined;
  /** ms */
  connectTimeout: number;
  /** ms; undefined: 15 s */
  queryTimeout: number | undefined;
  uploadAgent: Agent | undefined;
  store: AuthStore;
  devices: CacheStore;
  getMessage(key: WAMessageKey): Promise<proto.IMessage | undefined>;
}>;

/** A lookup that is not answered by then, ms, is not answered. Baileys' own 60 s would outlast the budget of a send. */
const usualQueryTimeout = 15_000;
const hour = 3_600_000;

/** Devices of contacts that a session remembers, for 5 minutes as WhatsApp Web does. Never beyond the session. */
export const deviceCache = (): CacheStore => recentCache(1_000, 300_000);

/** How the linked device shows up on the phone, stable over its life. An array of its own for each connection. */
const browser = (): [string, string, string] => ['Dripfleet', 'Chrome', '1.0'];

/** Baileys for a device that sends, among hundreds in a process: nothing that is not needed is fetched, kept or said. */
export function socketOptions(
  baileys: Baileys,
  options: SocketOptions,
): UserFacingSocketConfig & { browser: [string, string, string] } {
  const { store, devices } = options;
  const bootstrap: number = baileys.proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP;
  return {
    waWebSocketUrl: options.url,
    ...(options.version && { version: [...options.version] }),
    ...(options.uploadAgent && { fetchAgent: options.uploadAgent }),
    auth: { creds: store.creds, keys: store },
    logger: silentLogger,
    browser: browser(),
    connectTimeoutMs: options.connectTimeout,
    defaultQueryTimeoutMs: options.queryTimeout ?? usualQueryTimeout,
    // Spread, or all devices that a worker opened together ping together for ever.
    keepAliveIntervalMs: 25_000 + Math.round(Math.random() * 10_000),
    // The phone goes on notifying its owner.
    markOnlineOnConnect: false,
    // Own messages would come back as if someone had written them.
    emitOwnEvents: false,
    syncFullHistory: false,
    // The first part holds the tokens of known chats, without which they count as new; the rest is only chatter.
    shouldSyncHistoryMessage: ({ syncType }) => Number(syncType) === bootstrap,
    shouldIgnoreJid: (jid) => /@(g\.us|broadcast|newsletter)$/.test(jid),
    // A write that failed has ended the session.
    transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
    enableRecentMessageCache: false,
    getMessage: (key) => options.getMessage(key),
    userDevicesCache: devices,
    msgRetryCounterCache: recentCache(500, hour),
    callOfferCache: recentCache(50, 300_000),
    placeholderResendCache: recentCache(50, hour),
  };
}
