/** In the order of their text; for what no statement orders. */
export function sortRows<Row>(rows: readonly Row[]): readonly Row[] {
  return rows
    .map((row) => ({ row, text: stableText(row) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ row }) => row);
}

/** The same text for the same content, whatever the order of the keys; undefined is absent. */
export function stableText(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isPlain(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'undefined'
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
