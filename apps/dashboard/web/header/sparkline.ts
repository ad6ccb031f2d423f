export type Sparkline = Readonly<{
  /** SVG paths: the line, and the area under it. */
  line: string;
  area: string;
}>;

/**
 * A line through `values`, the newest at the right edge of a box `width` by `height`. `slots` is how many the width is
 * for: fewer values begin further right, so that the line does not stretch while it fills. Zero is at the bottom.
 */
export function sparkline(
  values: readonly number[],
  { width, height, slots }: Readonly<{ width: number; height: number; slots: number }>,
): Sparkline {
  if (values.length < 2) return { line: '', area: '' };
  const shown = values.slice(-slots);
  const step = width / (slots - 1);
  const top = Math.max(1, ...shown);
  const x = (index: number) => round(width - (shown.length - 1 - index) * step);
  const y = (value: number) => round(height - (value / top) * height);
  const line = `M${shown.map((value, index) => `${x(index)} ${y(value)}`).join('L')}`;
  return { line, area: `${line}V${height}H${x(0)}z` };
}

const round = (value: number): number => Math.round(value * 10) / 10;
