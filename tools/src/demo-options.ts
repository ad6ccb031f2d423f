import { parseArgs } from 'node:util';

export type DemoOptions = Readonly<{
  devices: number;
  contacts: number;
  workers: number;
  schedulers: number;
  transport: 'baileys' | 'simulated';
  once: boolean;
  kill: boolean;
  ledger: string | undefined;
}>;

export const demoUsage = `npm run demo -- [options]

Runs the whole service on this machine against a simulated WhatsApp network, kills a worker on the way,
and judges the network's own ledger.

  --devices N      devices (30)
  --contacts N     contacts, taken from examples/contacts.csv and continued from there (300)
  --workers N      worker processes (3)
  --schedulers N   scheduler processes (1)
  --transport T    simulated, or baileys: real WhatsApp sessions, each paired by its QR (simulated)
  --once           end with the verdict: exit 0 when all is well, 1 when not (default without a terminal)
  --no-kill        let all workers live
  --ledger FILE    keep the network's ledger there, and the plan beside it
  --help           this text`;

/** The command line is wrong; the message says which option and how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Reads the demo's options; undefined when help was asked for. Throws `UsageError`. */
export function parseDemoOptions(
  argv: readonly string[],
  isTerminal: boolean,
): DemoOptions | undefined {
  const values = parse(argv);
  if (values.help) return undefined;
  const { transport } = values;
  if (transport !== 'simulated' && transport !== 'baileys') {
    throw new UsageError(`--transport ${transport}: must be simulated or baileys`);
  }
  const workers = count('--workers', values.workers, 100);
  return {
    devices: count('--devices', values.devices, 10_000),
    contacts: count('--contacts', values.contacts, 1_000_000),
    workers,
    schedulers: count('--schedulers', values.schedulers, 10),
    transport,
    once: values.once || !isTerminal,
    // Somebody must be left to take over.
    kill: !values['no-kill'] && workers > 1,
    ledger: values.ledger,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv.filter((word) => word !== '--'),
      options: {
        devices: { type: 'string', default: '30' },
        contacts: { type: 'string', default: '300' },
        workers: { type: 'string', default: '3' },
        schedulers: { type: 'string', default: '1' },
        transport: { type: 'string', default: 'simulated' },
        once: { type: 'boolean', default: false },
        'no-kill': { type: 'boolean', default: false },
        ledger: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
}

function count(option: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new UsageError(`${option} ${text}: must be a whole number from 1 to ${max}`);
  }
  return value;
}
