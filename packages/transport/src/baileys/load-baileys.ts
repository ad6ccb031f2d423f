import type * as baileys from '@whiskeysockets/baileys';
import { quietLibsignal } from './quiet-libsignal.ts';
import { shareAsyncStorage } from './share-async-storage.ts';

export type Baileys = typeof baileys;

/**
 * Baileys, with the two things done that must come before it. Costs a quarter of a second and 60 MB, which is why
 * nothing else of this package imports it as a value.
 */
export async function loadBaileys(): Promise<Baileys> {
  shareAsyncStorage();
  quietLibsignal();
  return await import('@whiskeysockets/baileys');
}
