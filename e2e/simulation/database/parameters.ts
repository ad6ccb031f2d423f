/** The parameters of a statement by their number in the SQL, as Postgres would read them: `$.number(1)` is `$1`. */
export function parameters(values: readonly unknown[]) {
  const at = (n: number) => values[n - 1] ?? null;
  return {
    number: (n: number) => numberOf(at(n)),
    numberOrNull: (n: number) => orNull(at(n), numberOf),
    text: (n: number) => textOf(at(n)),
    textOrNull: (n: number) => orNull(at(n), textOf),
    boolean: (n: number) => booleanOf(at(n)),
    numbers: (n: number) => arrayOf(at(n)).map(numberOf),
    numbersOrNull: (n: number) => arrayOf(at(n)).map((value) => orNull(value, numberOf)),
    texts: (n: number) => arrayOf(at(n)).map(textOf),
    textsOrNull: (n: number) => arrayOf(at(n)).map((value) => orNull(value, textOf)),
    /** bytea, as hex. */
    hex: (n: number) => hexOf(at(n)),
    /** jsonb, given as its text or as a value. */
    json: (n: number) => jsonOf(at(n)),
  };
}

function orNull<Value>(value: unknown, read: (value: unknown) => Value): Value | null {
  return value === null || value === undefined ? null : read(value);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`a parameter is no number but ${typeof value}`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`a parameter is no text but ${typeof value}`);
}

function booleanOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`a parameter is no boolean but ${typeof value}`);
}

function arrayOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new TypeError(`a parameter is no array but ${typeof value}`);
}

function hexOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  throw new TypeError(`a parameter is no Buffer but ${typeof value}`);
}

function jsonOf(value: unknown): unknown {
  return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
}
