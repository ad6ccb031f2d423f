/** A promise and what settles it; later calls of `resolve` do nothing. */
export type Deferred<Value> = Readonly<{
  promise: Promise<Value>;
  resolve(value: Value): void;
}>;

export function deferred<Value = void>(): Deferred<Value> {
  let settle: ((value: Value) => void) | undefined;
  const promise = new Promise<Value>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}
