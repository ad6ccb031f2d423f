import { InputError } from './input-error.ts';

/** A parsed line whose fields are asked for by name and type; a wrong one throws `InputError` with the place. */
export class JsonObject {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #place: string;

  constructor(fields: object, place: string) {
    this.#fields = fields as Record<string, unknown>;
    this.#place = place;
  }

  text(name: string): string {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : this.#refuse(name, 'text');
  }

  optionalText(name: string): string | undefined {
    return this.#fields[name] === undefined ? undefined : this.text(name);
  }

  /** A whole number, `min` or more. */
  count(name: string, min = 0): number {
    const value = this.#fields[name];
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
    return fits ? value : this.#refuse(name, `a whole number, ${min} or more`);
  }

  list<T>(name: string, read: (value: unknown) => T | undefined): readonly T[] {
    const value = this.#fields[name];
    if (!Array.isArray(value)) return this.#refuse(name, 'a list');
    return value.map(
      (element, i) => read(element) ?? this.#refuse(`${name}[${i}]`, 'of another kind'),
    );
  }

  /** A list, or one word that stands for all. */
  listOr<T, W extends string>(
    name: string,
    word: W,
    read: (value: unknown) => T | undefined,
  ): readonly T[] | W {
    const value = this.#fields[name];
    if (value === word) return word;
    return Array.isArray(value)
      ? this.list(name, read)
      : this.#refuse(name, `a list, or "${word}"`);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = choices.find((choice) => choice === this.#fields[name]);
    return value ?? this.#refuse(name, `one of ${choices.join(', ')}`);
  }

  #refuse(name: string, wanted: string): never {
    throw new InputError(`${this.#place}: "${name}" must be ${wanted}`);
  }
}

/** Reads one line of JSON. Throws `InputError` when it is no object. */
export function parseObject(line: string, place: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new InputError(`${place}: not JSON: ${line.slice(0, 60)}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${place}: a line must be a JSON object`);
  }
  return new JsonObject(value, place);
}
