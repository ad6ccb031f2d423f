import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from '@dripfleet/store';
import type { Keyring } from './keyring.ts';
import { loadDeviceKey, type LoadedKey, type UsableKey } from './load-device-key.ts';

/** The key of one device's credentials, asked for once and again when it seems to be another. */
export class DeviceKey {
  readonly #load: () => Promise<LoadedKey>;
  #known: UsableKey | undefined;

  constructor(db: Queryable, keyring: Keyring, device: DeviceId) {
    this.#load = async () => await loadDeviceKey(db, keyring, device);
  }

  async get(): Promise<LoadedKey> {
    if (this.#known) return this.#known;
    return this.#keep(await this.#load());
  }

  /** Reads it again; whether what was encrypted with the one before can still be read. */
  async reload(): Promise<'same' | 'another'> {
    const before = this.#known;
    const after = this.#keep(await this.#load());
    const same =
      before && after.kind === 'loaded' && before.cipher.dataKey.equals(after.cipher.dataKey);
    return same ? 'same' : 'another';
  }

  set(key: UsableKey): void {
    this.#known = key;
  }

  forget(): void {
    this.#known = undefined;
  }

  /** An answer other than a key is asked for again, for it may have been mended. */
  #keep(key: LoadedKey): LoadedKey {
    this.#known = key.kind === 'loaded' ? key : undefined;
    return key;
  }
}
