import { type ChartFrame, drawChart, line, type PlotArea, px, text } from './frame.ts';

/** `low` to `high`: how far repetitions were apart. */
export type Bar = Readonly<{ value: number; low?: number; high?: number }>;

export type BarChart = ChartFrame &
  Readonly<{
    /** One bar for each series, in their order; undefined where nothing was measured. */
    groups: readonly Readonly<{ label: string; bars: readonly (Bar | undefined)[] }>[];
  }>;

/** Figures of several series side by side, group by group, each with its value above. */
export function barChart({ groups, ...frame }: BarChart): string {
  const bars = groups.flatMap((group) => group.bars).filter((bar) => bar !== undefined);
  const yMax = Math.max(...bars.map(({ value, high }) => Math.max(value, high ?? 0)));
  return drawChart(frame, yMax, (area) => {
    const groupWidth = (area.right - area.left) / groups.length;
    const barWidth = Math.min(64, (groupWidth * 0.8) / frame.series.length);
    return groups.flatMap(({ label, bars: own }, index) => {
      const middle = area.left + (index + 0.5) * groupWidth;
      const from = middle - (barWidth * frame.series.length) / 2;
      return [
        text([middle, area.bottom + 20], label, 'text-anchor="middle"'),
        ...own.flatMap((bar, series) =>
          bar ? drawBar(bar, series, { area, x: from + series * barWidth, width: barWidth }) : [],
        ),
      ];
    });
  });
}

function drawBar(
  { value, low = value, high = value }: Bar,
  series: number,
  { area, x, width }: { area: PlotArea; x: number; width: number },
): readonly string[] {
  const top = area.y(value);
  const middle = x + width / 2;
  return [
    `<rect class="f${series}" x="${px(x + 1)}" y="${px(top)}" width="${px(width - 2)}" height="${px(area.bottom - top)}"/>`,
    line([middle, area.y(low)], [middle, area.y(high)], 'spread'),
    text([middle, area.y(Math.max(value, high)) - 5], barText(value), 'text-anchor="middle"'),
  ];
}

/** Three digits: a bar shows no more. */
function barText(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
