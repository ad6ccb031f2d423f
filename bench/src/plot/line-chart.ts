import { type ChartFrame, drawChart, line, type PlotArea, px, text } from './frame.ts';
import { tickText, ticksTo } from './ticks.ts';

/** `low` to `high`: how far repetitions were apart. */
export type Point = Readonly<{ x: number; y: number; low?: number; high?: number }>;

export type LineChart = Omit<ChartFrame, 'series'> &
  Readonly<{ lines: readonly Readonly<{ name: string; points: readonly Point[] }>[] }>;

/** Figures over a quantity, both from 0. */
export function lineChart({ lines, ...frame }: LineChart): string {
  const points = lines.flatMap((each) => each.points);
  const yMax = Math.max(...points.map(({ y, high }) => Math.max(y, high ?? 0)));
  const ticks = ticksTo(Math.max(...points.map(({ x }) => x)));
  const xMax = ticks.at(-1) ?? 1;
  const series = lines.map(({ name }) => name);
  return drawChart({ ...frame, series }, yMax, (area) => {
    const x = (value: number) => area.left + (value / xMax) * (area.right - area.left);
    return [
      ...ticks.map((tick) =>
        text([x(tick), area.bottom + 20], tickText(tick), 'text-anchor="middle"'),
      ),
      ...lines.flatMap((each, index) => drawLine(each.points, index, { area, x })),
    ];
  });
}

function drawLine(
  points: readonly Point[],
  index: number,
  { area, x }: { area: PlotArea; x: (value: number) => number },
): readonly string[] {
  const path = points
    .map((point, at) => `${at === 0 ? 'M' : 'L'}${px(x(point.x))} ${px(area.y(point.y))}`)
    .join(' ');
  return [
    `<path class="line s${index}" d="${path}"/>`,
    ...points.flatMap((point) => {
      const { low = point.y, high = point.y } = point;
      return [
        line([x(point.x), area.y(low)], [x(point.x), area.y(high)], 'spread'),
        `<circle class="f${index}" cx="${px(x(point.x))}" cy="${px(area.y(point.y))}" r="4"/>`,
      ];
    }),
  ];
}
