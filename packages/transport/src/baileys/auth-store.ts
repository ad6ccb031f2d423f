import { setTimeout as wait } from 'node:timers/promises';
import type {
  AuthenticationCreds,
  SignalDataSet,
  SignalDataTypeMap,
  SignalKeyStore,
} from '@whiskeysockets/baileys';
import type { CredentialChange, SessionCredentials } from '../session.ts';
import type { Baileys } from './load-baileys.ts';

/** Why what a session must remember can't be relied on any more. */
export type StoreFailure = 'fenced' | 'unreadable' | 'unavailable' | 'key_missing';

/** Thrown into Baileys, whose session is over by then. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreFailure | 'sealed';

  constructor(code: StoreFailure | 'sealed', options?: ErrorOptions) {
    super(`the session's store is ${code}`, options);
    this.code = code;
  }
}

/** Of a read. */
const tries = 3;
/** Between two tries, ms: what a database needs for a restart of a connection, less than a send can wait. */
const pause = 250;

/**
 * What Baileys remembers, kept in the session's credentials: its key store, and its identity under `creds`/`self`.
 *
 * One writer in order: an identity that counts keys and those keys must not overtake one another. The first failure is
 * the last word: nothing is written after it, and `onFailure` must end the connection in that tick, because a session
 * that goes on without having remembered a key sends what nobody can read.
 */
export class AuthStore implements SignalKeyStore {
  readonly creds: AuthenticationCreds;
  onFailure: (failure: StoreFailure) => void = () => {};
  readonly #baileys: Baileys;
  readonly #credentials: SessionCredentials;
  #failure: StoreFailure | undefined;
  #sealed = false;
  #tail: Promise<void> = Promise.resolve();

  constructor(
    baileys: Baileys,
    stored: { credentials: SessionCredentials; creds: AuthenticationCreds },
  ) {
    this.#baileys = baileys;
    this.#credentials = stored.credentials;
    this.creds = stored.creds;
  }

  get failure(): StoreFailure | undefined {
    return this.#failure;
  }

  async get<Kind extends keyof SignalDataTypeMap>(
    kind: Kind,
    ids: string[],
  ): Promise<{ [id: string]: SignalDataTypeMap[Kind] }> {
    const found = await this.#attempt(() => this.#credentials.read(kind, ids));
    if (found.kind === 'unreadable') {
      throw this.#fail(found.cause === 'key_missing' ? 'key_missing' : 'unreadable');
    }
    try {
      const entries = [...found.values].map(([id, text]) => [id, this.#parse(kind, text)] as const);
      return Object.fromEntries(entries);
    } catch (error) {
      throw this.#fail('unreadable', error);
    }
  }

  set(data: SignalDataSet): Promise<void> {
    const { replacer } = this.#baileys.BufferJSON;
    // Texts are made now: Baileys goes on changing the objects.
    return this.#write(
      Object.entries(data).flatMap(([kind, values]) =>
        Object.entries(values).map(([id, value]): CredentialChange => {
          return { kind, id, value: value === null ? null : JSON.stringify(value, replacer) };
        }),
      ),
    );
  }

  /** Stores the identity as it is now. Never rejects: a failure ends the session. */
  saveCreds(): void {
    const value = JSON.stringify(this.creds, this.#baileys.BufferJSON.replacer);
    this.#write([{ kind: 'creds', id: 'self', value }]).catch(() => {});
  }

  /** Resolves when everything until now is stored, or the store has failed. */
  async idle(): Promise<void> {
    for (let tail: Promise<void> | undefined; tail !== this.#tail;) {
      tail = this.#tail;
      await tail;
    }
  }

  /**
   * The session is over: from now on every write is refused, and has no effect. What is left of it in Baileys must not
   * write beside the next session of the device.
   */
  seal(): void {
    this.#sealed = true;
  }

  #write(changes: readonly CredentialChange[]): Promise<void> {
    const turn = this.#tail.then(() => this.#writeNow(changes));
    this.#tail = turn.catch(() => {});
    return turn;
  }

  async #writeNow(changes: readonly CredentialChange[]): Promise<void> {
    this.#assertWorks();
    if (this.#sealed) throw new StoreError('sealed');
    let outcome: 'written' | 'fenced';
    try {
      outcome = await this.#credentials.write(changes);
    } catch (error) {
      // Never tried again: a write whose answer was lost may still take effect, after a newer one.
      throw this.#fail(isUnreadable(error) ? 'unreadable' : 'unavailable', error);
    }
    if (outcome === 'fenced') throw this.#fail('fenced');
  }

  async #attempt<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      this.#assertWorks();
      try {
        return await ask();
      } catch (error) {
        if (attempt === tries) throw this.#fail('unavailable', error);
        await wait(pause);
      }
    }
  }

  #assertWorks(): void {
    if (this.#failure !== undefined) throw new StoreError(this.#failure);
  }

  #fail(failure: StoreFailure, cause?: unknown): StoreError {
    if (this.#failure === undefined) {
      this.#failure = failure;
      this.onFailure(failure);
    }
    return new StoreError(failure, { cause });
  }

  #parse<Kind extends keyof SignalDataTypeMap>(kind: Kind, text: string): SignalDataTypeMap[Kind] {
    const value: unknown = JSON.parse(text, this.#baileys.BufferJSON.reviver);
    if (kind !== 'app-state-sync-key') return value as SignalDataTypeMap[Kind];
    const { AppStateSyncKeyData } = this.#baileys.proto.Message;
    return AppStateSyncKeyData.fromObject(value as object) as unknown as SignalDataTypeMap[Kind];
  }
}

/** There is something that can't be read, so the store refuses to write over it. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'credentials_unreadable';
}
