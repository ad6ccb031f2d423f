import { escapeXml } from './escape-xml.ts';
import { tickText, ticksTo } from './ticks.ts';

/** What every chart has. */
export type ChartFrame = Readonly<{
  title: string;
  /** With its unit. */
  xLabel: string;
  /** With its unit. */
  yLabel: string;
  /** In the order of their colours. */
  series: readonly string[];
  /** A line across: a goal. */
  limit?: Readonly<{ value: number; label: string }> | undefined;
}>;

/** Where things are drawn, in units of the picture, from its upper left corner. */
export type PlotArea = Readonly<{
  left: number;
  right: number;
  bottom: number;
  /** Of a value on the upright axis. */
  y(value: number): number;
}>;

const width = 720;
const height = 420;
const area = { left: 76, right: width - 24, top: 76, bottom: height - 60 };

/** Told apart by people who do not see all colours as well (Okabe and Ito). */
const style = `
  .paper { fill: #ffffff }
  text { fill: #1f2328; font: 13px system-ui, sans-serif }
  .title { font-size: 16px; font-weight: 600 }
  .grid { stroke: #d8dee4 }
  .axis { stroke: #59636e }
  .limit { stroke: #cf222e; stroke-dasharray: 6 4 }
  .limit-text { fill: #cf222e }
  .spread { stroke: #59636e }
  .line { fill: none; stroke-width: 2 }
  .s0 { stroke: #0072b2 } .f0 { fill: #0072b2 }
  .s1 { stroke: #d55e00 } .f1 { fill: #d55e00 }
  .s2 { stroke: #009e73 } .f2 { fill: #009e73 }
  .s3 { stroke: #cc79a7 } .f3 { fill: #cc79a7 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 }
    text { fill: #e6edf3 }
    .grid { stroke: #30363d }
    .axis, .spread { stroke: #9198a1 }
    .limit { stroke: #ff7b72 }
    .limit-text { fill: #ff7b72 }
    .s0 { stroke: #56b4e9 } .f0 { fill: #56b4e9 }
    .s1 { stroke: #e69f00 } .f1 { fill: #e69f00 }
  }`;

/** How many series there are colours for. */
const seriesMax = 4;

/** A chart as SVG: title, legend, axes from 0 with ticks and units; `draw` puts the content on it. */
export function drawChart(
  frame: ChartFrame,
  yMax: number,
  draw: (area: PlotArea) => readonly string[],
): string {
  if (frame.series.length > seriesMax) throw new RangeError(`${seriesMax} series at most`);
  const ticks = ticksTo(Math.max(yMax, frame.limit?.value ?? 0));
  const top = ticks.at(-1) ?? 1;
  const y = (value: number) => area.bottom - (value / top) * (area.bottom - area.top);
  const { left, right, bottom } = area;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(frame.title)}">`,
    `<style>${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    text([left, 28], frame.title, 'class="title"'),
    ...legend(frame.series),
    ...ticks.flatMap((tick) => [
      line([left, y(tick)], [right, y(tick)], 'grid'),
      text([left - 8, y(tick) + 4], tickText(tick), 'text-anchor="end"'),
    ]),
    line([left, bottom], [right, bottom], 'axis'),
    text([(left + right) / 2, height - 16], frame.xLabel, 'text-anchor="middle"'),
    text(
      [0, 0],
      frame.yLabel,
      `text-anchor="middle" transform="translate(20 ${px((area.top + bottom) / 2)}) rotate(-90)"`,
    ),
    ...draw({ left, right, bottom, y }),
    ...limitLine(frame.limit, y),
    '</svg>\n',
  ].join('\n');
}

export function text(
  [x, y]: readonly [number, number],
  content: string,
  attributes: string,
): string {
  return `<text x="${px(x)}" y="${px(y)}" ${attributes}>${escapeXml(content)}</text>`;
}

export function line(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  kind: 'grid' | 'axis' | 'limit' | 'spread',
): string {
  return `<line class="${kind}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

/** A tenth of a unit is less than anyone sees. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

/** About how wide 13 px text gets. */
const letterWidth = 7;

function legend(series: readonly string[]): readonly string[] {
  let x = area.left;
  return series.flatMap((name, index) => {
    const at = x;
    x += 36 + name.length * letterWidth;
    return [
      `<rect class="f${index}" x="${at}" y="44" width="12" height="12" rx="2"/>`,
      text([at + 18, 55], name, ''),
    ];
  });
}

function limitLine(limit: ChartFrame['limit'], y: (value: number) => number): readonly string[] {
  if (!limit) return [];
  const at = y(limit.value);
  return [
    line([area.left, at], [area.right, at], 'limit'),
    text([area.right, at - 6], limit.label, 'class="limit-text" text-anchor="end"'),
  ];
}
