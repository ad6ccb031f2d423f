import type { SocketConfig } from '@whiskeysockets/baileys';

const nothing = (): void => {};

/** What Baileys logs names phone numbers and stanzas; what we need to know of it comes as events. */
export const silentLogger: SocketConfig['logger'] = {
  level: 'silent',
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
