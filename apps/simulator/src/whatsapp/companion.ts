import type { KeyBundle, OneTimeKey } from './key-bundle.ts';

/** WhatsApp's clients upload 812 keys at once at most; more are not kept. */
const MOST_ONE_TIME_KEYS = 1000;

/** A device linked to an account: what the server knows of it. */
export class Companion {
  /** `+E164` of the account. */
  readonly phone: string;
  /** Its number among the account's devices, from 1. */
  readonly id: number;
  /** The key that proves at each login that it is still the same device. */
  readonly noiseKey: Buffer;
  /** Whether it still waits for the history that follows a pairing. */
  awaitsHistory: boolean;
  #markBundled: () => void = () => {};
  readonly #bundled = new Promise<void>((resolve) => {
    this.#markBundled = resolve;
  });
  #bundle: KeyBundle | undefined;
  #oneTimeKeys: OneTimeKey[] = [];

  constructor(parts: { phone: string; id: number; noiseKey: Buffer; awaitsHistory: boolean }) {
    this.phone = parts.phone;
    this.id = parts.id;
    this.noiseKey = parts.noiseKey;
    this.awaitsHistory = parts.awaitsHistory;
  }

  get bundle(): KeyBundle | undefined {
    return this.#bundle;
  }

  /** How many one-time keys the server still has of it. */
  get oneTimeKeysLeft(): number {
    return this.#oneTimeKeys.length;
  }

  /** Resolves when it has uploaded its keys: before that nobody can write to it. */
  async untilBundled(): Promise<void> {
    await this.#bundled;
  }

  /** The device uploaded keys; a one-time key takes the place of an older one with its number. */
  keep(bundle: KeyBundle, oneTimeKeys: readonly OneTimeKey[]): void {
    this.#bundle = bundle;
    this.#oneTimeKeys = [...this.#without(oneTimeKeys), ...oneTimeKeys].slice(-MOST_ONE_TIME_KEYS);
    this.#markBundled();
  }

  /** The device handed keys to a phone: the next session begins with them. */
  keepFirst(bundle: KeyBundle, oneTimeKeys: readonly OneTimeKey[]): void {
    this.#bundle = bundle;
    this.#oneTimeKeys = [...oneTimeKeys, ...this.#without(oneTimeKeys)].slice(
      0,
      MOST_ONE_TIME_KEYS,
    );
    this.#markBundled();
  }

  takeOneTimeKey(): OneTimeKey | undefined {
    return this.#oneTimeKeys.shift();
  }

  #without(newer: readonly OneTimeKey[]): OneTimeKey[] {
    const ids = new Set(newer.map(({ id }) => id));
    return this.#oneTimeKeys.filter(({ id }) => !ids.has(id));
  }
}
