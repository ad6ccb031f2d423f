import { parseArgs } from 'node:util';
import { type DurationMs, durationMs, parseDuration } from '@dripfleet/domain';

export type SoakOptions = Readonly<{
  duration: DurationMs;
  seed: number;
  transport: 'simulated' | 'baileys';
  ledger: string | undefined;
  workers: number;
  schedulers: number;
  devices: number;
  /** The fewest contacts; more are enrolled as long as the time of faults lasts. */
  contacts: number;
  /** ms, from and to. */
  faultEvery: readonly [number, number];
  keep: boolean;
}>;

export const soakUsage = `npm run soak -- [options]

Runs the whole service on this machine while everything it needs is broken at random: processes, Redis, Postgres, links,
the network. The last tenth of the time is without faults; then every message must have arrived, once.

  --minutes N          how long (5)
  --seed N             repeats which faults come when (1)
  --transport T        simulated, or baileys: real WhatsApp sessions (simulated)
  --workers N          worker processes (4)
  --schedulers N       scheduler processes (2)
  --devices N          devices (100; with baileys 30)
  --contacts N         contacts at the start; more follow while faults come (four a device)
  --fault-every A-B    a fault after each pause between A and B (5s-20s); "off" for none
  --ledger FILE        keep the network's ledger there, plan, actions and logs beside it
  --keep               keep the files also when all is well
  --help               this text

exits 0 when the judge found nothing, 1 when it did, 2 when an option is wrong`;

/** The command line is wrong; the message says which option and how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Reads the soak's options; undefined when help was asked for. Throws `UsageError`. */
export function parseSoakOptions(argv: readonly string[]): SoakOptions | undefined {
  const values = parse(argv);
  if (values.help) return undefined;
  const { transport } = values;
  if (transport !== 'simulated' && transport !== 'baileys') {
    throw new UsageError(`--transport ${transport}: must be simulated or baileys`);
  }
  const devices = count('--devices', values.devices ?? (transport === 'baileys' ? '30' : '100'));
  return {
    duration: minutes(values.minutes),
    seed: count('--seed', values.seed),
    transport,
    ledger: values.ledger,
    workers: count('--workers', values.workers),
    schedulers: count('--schedulers', values.schedulers),
    devices,
    contacts: count('--contacts', values.contacts ?? String(4 * devices)),
    faultEvery: range(values['fault-every']),
    keep: values.keep,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv.filter((word) => word !== '--'),
      options: {
        minutes: { type: 'string', default: '5' },
        seed: { type: 'string', default: '1' },
        transport: { type: 'string', default: 'simulated' },
        workers: { type: 'string', default: '4' },
        schedulers: { type: 'string', default: '2' },
        devices: { type: 'string' },
        contacts: { type: 'string' },
        'fault-every': { type: 'string', default: '5s-20s' },
        ledger: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1_000_000) return value;
  throw new UsageError(`${option} ${text}: must be a whole number from 1 to 1000000`);
}

/** Below, the last tenth would be no time to recover in. */
const shortest = 0.5;

function minutes(text: string): DurationMs {
  const value = Number(text);
  if (value >= shortest && value <= 10_000) return durationMs(Math.round(value * 60_000));
  throw new UsageError(`--minutes ${text}: must be a number from ${shortest} to 10000`);
}

function range(text: string): readonly [number, number] {
  if (text === 'off') return [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const [minText = '', maxText = minText, ...rest] = text.split('-');
  const [min, max] = [parseDuration(minText), parseDuration(maxText)];
  if (min === undefined || max === undefined || rest.length > 0 || min > max || max === 0) {
    throw new UsageError(`--fault-every ${text}: write two times, such as 5s-20s, or off`);
  }
  return [min, max];
}
