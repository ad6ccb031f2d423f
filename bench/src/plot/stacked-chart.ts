import { type ChartFrame, drawChart, px, text } from './frame.ts';

export type StackedChart = ChartFrame &
  Readonly<{
    /** One value for each series, in their order, the first at the bottom. */
    stacks: readonly Readonly<{ label: string; values: readonly number[] }>[];
  }>;

const widest = 90;

/** Figures of several series on top of each other, with their sum above. */
export function stackedChart({ stacks, ...frame }: StackedChart): string {
  const yMax = Math.max(...stacks.map(({ values }) => sumOf(values)));
  return drawChart(frame, yMax, (area) => {
    const place = (area.right - area.left) / stacks.length;
    const width = Math.min(widest, place * 0.6);
    return stacks.flatMap(({ label, values }, index) => {
      const middle = area.left + (index + 0.5) * place;
      let below = 0;
      const parts = values.map((value, series) => {
        const bottom = area.y(below);
        below += value;
        const top = area.y(below);
        return `<rect class="f${series}" x="${px(middle - width / 2)}" y="${px(top)}" width="${px(width)}" height="${px(bottom - top)}"/>`;
      });
      const sum = sumOf(values);
      return [
        text([middle, area.bottom + 20], label, 'text-anchor="middle"'),
        ...parts,
        text([middle, area.y(sum) - 5], sum.toFixed(0), 'text-anchor="middle"'),
      ];
    });
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
