import { KeyFileError } from './key-file-error.ts';
import { readKeyFile } from './read-key-file.ts';
import type { WrappingKey } from './wrapping-key.ts';

/** Reads the key file. Throws `KeyFileError`. */
export async function openKeyring(file: string): Promise<Keyring> {
  return new Keyring(file, await readKeyFile(file));
}

export type KeyFound =
  | Readonly<{ kind: 'found'; key: WrappingKey }>
  /** `reason` holds no key. */
  | Readonly<{ kind: 'missing'; reason: string }>;

/** The keys of the key file, read again when they seem not to be enough: keys change while processes run. */
export class Keyring {
  readonly #file: string;
  #keys: readonly WrappingKey[];
  #reading: Promise<readonly WrappingKey[]> | undefined;

  constructor(file: string, keys: readonly WrappingKey[]) {
    this.#file = file;
    this.#keys = keys;
  }

  get file(): string {
    return this.#file;
  }

  /** The names of all keys, as last read; the first one wraps. */
  get names(): readonly string[] {
    return this.#keys.map(({ name }) => name);
  }

  /** The key that wraps, as last read. */
  get first(): WrappingKey {
    const [first] = this.#keys;
    if (!first) throw new KeyFileError(`${this.#file} holds no key`);
    return first;
  }

  /**
   * The key that wraps what is to last. Reads the file again: a key that was just retired there may soon be gone from
   * it, and all that it wrapped with it. Throws `KeyFileError`.
   */
  async refreshFirst(): Promise<WrappingKey> {
    await this.#read();
    return this.first;
  }

  /** The key of this name; undefined: the file has none, or can't be read. */
  async find(name: string): Promise<WrappingKey | undefined> {
    const found = await this.look(name);
    return found.kind === 'found' ? found.key : undefined;
  }

  /** The key of this name, or why there is none; for one that is not known, the file is read again. */
  async look(name: string): Promise<KeyFound> {
    const known = this.#keys.find((key) => key.name === name);
    if (known) return { kind: 'found', key: known };
    try {
      const key = (await this.#read()).find((other) => other.name === name);
      return key
        ? { kind: 'found', key }
        : { kind: 'missing', reason: `the key file does not hold the key "${name}"` };
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      return {
        kind: 'missing',
        reason: `the key file can't be read (${unreadBecause(error)}), and the key "${name}" is needed`,
      };
    }
  }

  /** One read for all who ask at the same time. */
  async #read(): Promise<readonly WrappingKey[]> {
    this.#reading ??= readKeyFile(this.#file).finally(() => {
      this.#reading = undefined;
    });
    this.#keys = await this.#reading;
    return this.#keys;
  }
}

/** The system's code (ENOENT, EACCES) where it has one: a file that is about to be mounted is not to be made anew. */
function unreadBecause({ cause, message }: KeyFileError): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : message;
}
