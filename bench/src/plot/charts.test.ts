import { describe, expect, it } from 'vitest';
import { barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';

const labels = { title: 'Memory <of> "sessions"', xLabel: 'sessions', yLabel: 'RSS, MiB' };
const numbers = (svg: string, attribute: string): readonly number[] =>
  [...svg.matchAll(new RegExp(` ${attribute}="([^"]+)"`, 'g'))].map(([, value]) => Number(value));

describe('lineChart', () => {
  const svg = lineChart({
    ...labels,
    lines: [
      { name: 'measured', points: [0, 250, 500].map((x) => ({ x, y: 100 + x / 5, high: 210 })) },
    ],
    limit: { value: 250, label: 'goal: 250 MiB' },
  });

  it('puts the same distances at the same distances, upwards for more', () => {
    const [x0 = 0, x1 = 0, x2 = 0] = numbers(svg, 'cx');
    const [y0 = 0, y1 = 0, y2 = 0] = numbers(svg, 'cy');
    expect(x2 - x1).toBeCloseTo(x1 - x0);
    expect(y1 - y2).toBeCloseTo(y0 - y1);
    expect(y0).toBeGreaterThan(y2);
  });

  it('names its axes, its line and its goal', () => {
    for (const words of ['RSS, MiB', 'sessions', 'measured', 'goal: 250 MiB']) {
      expect(svg).toContain(`>${words}</text>`);
    }
  });

  // One bare `<` and no browser shows the picture.
  it('escapes what is a sign of the format', () => {
    expect(svg).toContain('>Memory &lt;of&gt; &quot;sessions&quot;</text>');
    expect(svg).not.toContain('<of>');
  });

  // White on white, in the theme that the author did not look at.
  it('paints its own paper, in both themes', () => {
    expect(svg).toContain('<rect class="paper"');
    expect(svg).toContain('prefers-color-scheme: dark');
  });
});

describe('barChart', () => {
  const svg = barChart({
    ...labels,
    series: ['cold', 'warm'],
    groups: [
      { label: '20', bars: [{ value: 8 }, { value: 2 }] },
      { label: '300', bars: [undefined, { value: 4, low: 3, high: 5 }] },
    ],
  });

  it('draws bars whose heights are as their values', () => {
    const bars = [...svg.matchAll(/<rect class="f\d" [^>]*width="6\d[^>]*height="([\d.]+)"/g)];
    const [eight = 0, two = 0, four = 0] = bars.map(([, value]) => Number(value));
    expect(bars).toHaveLength(3);
    expect(eight / two).toBeCloseTo(4, 1);
    expect(four / two).toBeCloseTo(2, 1);
  });

  it('leaves out what was not measured, and says the value of what was', () => {
    expect(svg).toContain('>8.00</text>');
    expect(svg.match(/class="f0"/g)).toHaveLength(2);
  });

  // NaN in an attribute: the picture is empty, and nobody says why.
  it('holds no number that is none', () => {
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

it('refuses more series than there are colours', () => {
  const series = ['a', 'b', 'c', 'd', 'e'];
  expect(() => barChart({ ...labels, series, groups: [] })).toThrow(RangeError);
});
