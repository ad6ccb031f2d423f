import { assertNever } from '@dripfleet/domain';
import { type Database, type DeviceClaim, findCredentials } from '@dripfleet/store';
import type { DeviceCipher } from './device-cipher.ts';
import { DeviceKey } from './device-key.ts';
import type { Keyring } from './keyring.ts';
import { replaceClaimed } from './replace-credentials.ts';
import { SerialQueue } from './serial-queue.ts';
import type {
  CredentialChange,
  CredentialReading,
  SessionCredentials,
} from './session-credentials.ts';
import { newestOfEach, storeChanges } from './store-changes.ts';
import { UnreadableCredentialsError } from './unreadable-credentials-error.ts';
import { ValueCache } from './value-cache.ts';

export type CredentialsRequest = Readonly<{
  db: Database;
  keyring: Keyring;
  /** Whose writes these are; another owner or epoch fences them. */
  claim: DeviceClaim;
}>;

/**
 * The credentials of one device, for one session and under one claim; asks nothing yet. Only one of them may be in use at
 * a time: it keeps the values that were used last, and knows of its own writes alone.
 */
export function openCredentials(request: CredentialsRequest): SessionCredentials {
  const credentials = new DeviceCredentials(request);
  return {
    read: async (kind, ids) => await credentials.read(kind, ids),
    write: async (changes) => await credentials.write(changes),
    replace: async (changes) => await credentials.replace(changes),
  };
}

/** Larger calls are the start of a session's life, whose values are not soon asked for again. */
const cachedPerCall = 25;
/** How often a write looks for the key that it was told has changed. */
const keyLooksMax = 3;

class DeviceCredentials {
  readonly #request: CredentialsRequest;
  readonly #queue = new SerialQueue();
  readonly #cache = new ValueCache();
  readonly #key: DeviceKey;
  /** Grows with every write that threw; those that waited behind it are not made. */
  #failures = 0;

  constructor(request: CredentialsRequest) {
    this.#request = request;
    this.#key = new DeviceKey(request.db, request.keyring, request.claim.deviceId);
  }

  async read(kind: string, ids: readonly string[]): Promise<CredentialReading> {
    // With nothing under way, what is cached is what Postgres has: nobody else may write.
    const known = this.#queue.idle ? this.#fromCache(kind, ids) : undefined;
    return known ?? (await this.#queue.run(async () => await this.#read(kind, ids)));
  }

  async write(changes: readonly CredentialChange[]): Promise<'written' | 'fenced'> {
    const failures = this.#failures;
    return await this.#queue.run(async () => {
      if (failures !== this.#failures)
        throw new Error('not stored: what was to be stored before it was not');
      try {
        return await this.#write(newestOfEach(changes));
      } catch (error) {
        this.#failures += 1;
        throw error;
      }
    });
  }

  /** Needs nothing of what was to be stored before it, so it is made even after a write that threw. */
  async replace(changes: readonly CredentialChange[]): Promise<'written' | 'fenced'> {
    return await this.#queue.run(async () => {
      this.#cache.clear();
      this.#key.forget();
      try {
        return await replaceClaimed(this.#request, newestOfEach(changes));
      } catch (error) {
        this.#failures += 1;
        throw error;
      }
    });
  }

  #fromCache(kind: string, ids: readonly string[]): CredentialReading | undefined {
    const values = new Map<string, string>();
    for (const id of ids) {
      const value = this.#cache.get(kind, id);
      if (value === undefined) return undefined;
      if (value !== null) values.set(id, value);
    }
    return { kind: 'read', values };
  }

  async #read(kind: string, ids: readonly string[]): Promise<CredentialReading> {
    const reading = this.#fromCache(kind, ids) ?? (await this.#readStored(kind, ids));
    if (reading.kind === 'read' || (await this.#reloadKey()) === 'same') return reading;
    return await this.#readStored(kind, ids);
  }

  async #readStored(kind: string, ids: readonly string[]): Promise<CredentialReading> {
    const key = await this.#key.get();
    switch (key.kind) {
      case 'loaded':
        return await this.#decrypt(key.cipher, kind, ids);
      case 'absent':
        return { kind: 'read', values: new Map() };
      case 'unreadable':
        return key;
      default:
        return assertNever(key);
    }
  }

  async #decrypt(
    cipher: DeviceCipher,
    kind: string,
    ids: readonly string[],
  ): Promise<CredentialReading> {
    const { db, claim } = this.#request;
    const wanted = ids.map((id) => ({ id, keyId: cipher.keyId(kind, id) }));
    const keyIds = wanted.map(({ keyId }) => keyId);
    const rows = await findCredentials(db, claim.deviceId, { kind, keyIds });
    const sealed = new Map(rows.map((row) => [row.keyId.toString('hex'), row.ciphertext]));
    const values = new Map<string, string>();
    for (const { id, keyId } of wanted) {
      const ciphertext = sealed.get(keyId.toString('hex'));
      if (!ciphertext) continue;
      const value = cipher.unseal(kind, keyId, ciphertext);
      if (value === undefined)
        return {
          kind: 'unreadable',
          cause: 'damaged',
          reason: `a stored ${kind} was changed or is another's`,
        };
      values.set(id, value);
    }
    this.#remember(ids.map((id) => ({ kind, id, value: values.get(id) ?? null })));
    return { kind: 'read', values };
  }

  async #write(changes: readonly CredentialChange[]): Promise<'written' | 'fenced'> {
    // Until the answer is there, nobody knows which of two values holds.
    for (const { kind, id } of changes) this.#cache.delete(kind, id);
    for (let looks = 1; looks <= keyLooksMax; looks += 1) {
      const key = await this.#key.get();
      if (key.kind === 'unreadable') throw new UnreadableCredentialsError(key.reason);
      const stored = await storeChanges(this.#request, key, changes);
      switch (stored.kind) {
        case 'written':
          this.#key.set(stored.key);
          this.#remember(changes);
          return 'written';
        case 'fenced':
          this.#cache.clear();
          return 'fenced';
        case 'key_changed':
          await this.#reloadKey();
          break;
        default:
          return assertNever(stored);
      }
    }
    throw new Error('the key of the credentials changed again and again');
  }

  /** After a rotation the key is the same, wrapped by another; else nothing that is cached holds any more. */
  async #reloadKey(): Promise<'same' | 'another'> {
    const outcome = await this.#key.reload();
    if (outcome === 'another') this.#cache.clear();
    return outcome;
  }

  #remember(values: readonly CredentialChange[]): void {
    if (values.length > cachedPerCall) return;
    for (const { kind, id, value } of values) this.#cache.set(kind, id, value);
  }
}
