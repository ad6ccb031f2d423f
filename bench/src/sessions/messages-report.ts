import type { PartReport, Plot } from '../part.ts';
import { type Bar, barChart } from '../plot/bar-chart.ts';
import { lineChart } from '../plot/line-chart.ts';
import { atMost } from '../report/figure.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import type { MessageReading } from './measure-messages.ts';

type MessagesReport = Pick<PartReport, 'tables' | 'plots' | 'figures' | 'notes'>;

/** ms of CPU for a warm message, at the largest number of sessions. */
const goal = 2;

/** What messages cost, by how many sessions the process has. */
export function messagesReport(readings: readonly MessageReading[]): MessagesReport {
  const costs = summarize(readings);
  const largest = Math.max(...costs.map(({ sessions }) => sessions));
  const warmest = (storage: string) =>
    costs.find(
      (cost) => cost.sessions === largest && cost.storage === storage && cost.contact === 'warm',
    )?.host.median;
  const value = warmest('shared');
  if (value === undefined) throw new RangeError('no warm message was measured');
  return {
    tables: [table(costs)],
    plots: [linePlot(costs), barPlot(costs, largest)],
    figures: { P8: atMost(goal, { value, unit: 'ms', baseline: warmest('plain') }) },
    notes: [
      'CPU a message: of a process that holds sessions and nothing else, over the transport and the credentials (in Postgres, encrypted) of a worker. What the worker does around a send, such as begin and finish, is not in it; the delivery receipt is.',
      'Cold: the first message to a contact, with the lookup of its devices and the exchange of keys. Warm: further ones to the same contacts within minutes, whose keys are in the session’s cache of credentials. A closed loop, one message in flight for each session and 50 in all; only messages that the network accepted and delivered count, and anything else ends the run.',
      'Storage `plain`: Baileys as it is, one AsyncLocalStorage for each socket. `shared`: as the transport runs it. Where Node needs no such cure (24) there is no baseline.',
      'The simulator decrypts every message and makes its receipt; its CPU and that of Postgres are beside, not in, the figure.',
    ],
  };
}

type Cost = Pick<MessageReading, 'sessions' | 'storage' | 'contact'> &
  Readonly<Record<'host' | 'simulator' | 'postgres' | 'rate', Spread>>;

function summarize(readings: readonly MessageReading[]): readonly Cost[] {
  const groups = new Map<string, MessageReading[]>();
  for (const reading of readings) {
    const key = `${reading.storage} ${reading.contact} ${reading.sessions}`;
    groups.set(key, [...(groups.get(key) ?? []), reading]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { sessions, storage, contact } = first;
    const spread = (name: 'host' | 'simulator' | 'postgres' | 'rate') =>
      spreadOf(group.map((reading) => reading[name]));
    const host = spread('host');
    const others = { simulator: spread('simulator'), postgres: spread('postgres') };
    return [{ sessions, storage, contact, host, ...others, rate: spread('rate') }];
  });
}

function table(costs: readonly Cost[]) {
  return {
    title: 'CPU of one message',
    columns: [
      'storage',
      'contact',
      'sessions',
      'CPU, ms',
      'min–max',
      'rounds',
      'simulator, ms',
      'Postgres, ms',
      'messages/s',
    ],
    rows: costs.map((cost) => [
      cost.storage,
      cost.contact,
      String(cost.sessions),
      cost.host.median.toFixed(2),
      `${cost.host.min.toFixed(2)}–${cost.host.max.toFixed(2)}`,
      String(cost.host.count),
      cost.simulator.median.toFixed(2),
      cost.postgres.median.toFixed(2),
      cost.rate.median.toFixed(0),
    ]),
  };
}

/** In the order of their colours. */
const kinds = [
  { name: 'cold, shared', contact: 'cold', storage: 'shared' },
  { name: 'warm, shared', contact: 'warm', storage: 'shared' },
  { name: 'cold, plain', contact: 'cold', storage: 'plain' },
  { name: 'warm, plain', contact: 'warm', storage: 'plain' },
] as const;

const isOf =
  (kind: (typeof kinds)[number]) =>
  ({ contact, storage }: Cost): boolean =>
    contact === kind.contact && storage === kind.storage;

const limit = { value: goal, label: `goal, warm: ${goal} ms` };

function linePlot(costs: readonly Cost[]): Plot {
  const title = 'CPU of one message over sessions in a process';
  const lines = kinds
    .map((kind) => ({
      name: kind.name,
      points: costs.filter(isOf(kind)).map(({ sessions, host: { median, min, max } }) => {
        return { x: sessions, y: median, low: min, high: max };
      }),
    }))
    .filter(({ points }) => points.length > 0);
  const svg = lineChart({ title, xLabel: 'sessions', yLabel: 'CPU, ms a message', lines, limit });
  return { name: 'message-cpu', title, svg };
}

/** Where the CPU of a message goes, beside the process that sends it. */
function barPlot(costs: readonly Cost[], sessions: number): Plot {
  const title = `CPU of one message by process, ${sessions} sessions`;
  const groups = kinds.flatMap((kind) => {
    const cost = costs.find((each) => each.sessions === sessions && isOf(kind)(each));
    if (!cost) return [];
    return [{ label: kind.name, bars: [cost.host, cost.simulator, cost.postgres].map(toBar) }];
  });
  const svg = barChart({
    title,
    xLabel: 'contact, storage',
    yLabel: 'CPU, ms a message',
    series: ['session host', 'simulator', 'Postgres'],
    groups,
  });
  return { name: 'message-parts', title, svg };
}

const toBar = ({ median, min, max }: Spread): Bar => ({ value: median, low: min, high: max });
