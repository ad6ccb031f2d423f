/** True ms of the run as seconds, of one width. */
export function stamp(at: number): string {
  return (at / 1_000).toFixed(4).padStart(10);
}

/** Anything that was reported, on one line. */
export function describeEvent(event: unknown): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    value instanceof Error ? `${value.name}: ${value.message}` : value,
  );
}
