import type { Part, PartContext, PartReport } from '../part.ts';
import { atLeast, atMost } from '../report/figure.ts';
import { findChromium } from '@dripfleet/testkit';
import { measureFleetPage } from './measure-fleet-page.ts';
import { measureQueueBoard } from './measure-queue-board.ts';
import { openPagesLab } from './open-pages-lab.ts';

export const pagesPart: Part = {
  name: 'pages',
  title: 'Bull Board and the fleet page in a browser, with the whole fleet',
  run: measureAndReport,
};

const whole = { devices: 3_000, queues: 300, updates: 500, duration: 15_000 };
const quick = { devices: 500, queues: 100, updates: 100, duration: 5_000 };

const goals = { poll: 100, firstCard: 1_000, fps: 60, gzip: 60 };
/** What a screen of 60 Hz shows of them, but for the one that falls on the edge of the measurement. */
const fpsReached = 59;

async function measureAndReport(context: PartContext): Promise<PartReport> {
  const chromium = findChromium(context.env);
  if (chromium === undefined)
    throw new Error('no Chromium was found: apt-get install chromium, or set CHROMIUM_PATH');
  const plan = context.quick ? quick : whole;
  const lab = await openPagesLab(context, { ...plan, chromium });
  const board = await measureQueueBoard(context, lab);
  const page = await measureFleetPage(context, lab, plan);
  return {
    settings: {
      fleet: `${plan.devices} devices, ${plan.queues} of their queues with jobs in them, no worker`,
      updates: `${plan.updates} devices a second change in Postgres, for ${plan.duration / 1_000} s`,
      browser: `${lab.browserVersion}, 1280 × 900`,
    },
    tables: [
      {
        title: 'Bull Board',
        columns: ['', 'one look, ms', 'of Redis: commands', 'answer, KiB', 'first card, ms'],
        rows: [
          row('ours, not looked at lately', board.ours),
          row('ours, looked at a moment ago', board.cached),
          row('default settings, every queue', board.usual),
        ],
      },
      {
        title: 'Fleet page',
        columns: ['what', 'value'],
        rows: [
          ['frames a second', page.fps.toFixed(1)],
          ['tasks over 50 ms', String(page.longTasks)],
          ['devices told as changed, a second', page.changes.toFixed(0)],
          ['scripts and styles, KiB gzip', page.gzip.toFixed(1)],
          ['first row, ms after the address', page.firstRow.toFixed(0)],
          ['elements', String(page.elements)],
        ],
      },
    ],
    plots: [],
    figures: context.quick
      ? {}
      : {
          'U2 poll': atMost(goals.poll, {
            value: board.ours.look,
            unit: 'ms',
            baseline: board.usual.look,
          }),
          'U2 card': atMost(goals.firstCard, {
            value: board.ours.firstCard,
            unit: 'ms',
            baseline: board.usual.firstCard,
          }),
          'U3 frames': {
            ...atLeast(goals.fps, { value: page.fps, unit: 'frames/s' }),
            met: page.fps >= fpsReached && page.longTasks === 0,
            goal: `≥ ${goals.fps}, no task over 50 ms`,
          },
          'U3 size': atMost(goals.gzip, { value: page.gzip, unit: 'KB gzip' }),
        },
    notes: [
      'A look: one poll of the page’s own address, without a browser, the median of ten; ours shows the hundred busiest queues, the default all of them with their workers, beside 200 other clients of Redis.',
      'First card: from the address typed to the first queue drawn. The default settings’ was not drawn within 60 s where it says so.',
      'Frames are counted by requestAnimationFrame, tasks by the browser’s own record of long tasks.',
    ],
    data: { board, page },
  };
}

function row(
  name: string,
  {
    look,
    commands,
    bytes,
    firstCard,
  }: Readonly<{ look: number; commands: number; bytes: number; firstCard?: number | undefined }>,
): readonly string[] {
  return [
    name,
    look.toFixed(0),
    commands.toFixed(0),
    (bytes / 1_024).toFixed(1),
    firstCard === undefined ? '' : firstCard.toFixed(0),
  ];
}
