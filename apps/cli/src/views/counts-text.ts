/** `1 process`, `2 processes`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `3 running, 1 paused`; what there is none of is left out. */
export function countsText(counts: Readonly<Partial<Record<string, number>>>): string {
  const some = Object.entries(counts).filter(([, count]) => count !== undefined && count > 0);
  return some.map(([key, count]) => `${count} ${key}`).join(', ') || '-';
}
