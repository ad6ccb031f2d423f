import { parseArgs } from 'node:util';
import { type Delay, defaultLatency } from './latency.ts';
import type { SimulatorOptions } from './start-simulator.ts';

export const usage = `usage: simulator [--port N] [--host ADDRESS] [--ledger FILE]
                 [--ack-delay MS|MIN-MAX] [--receipt-delay MS|MIN-MAX] [--read-share 0..1]
                 [--register-unknown]
--register-unknown: WhatsApp devices that nobody paired are linked at their first login, not refused`;

/** The command line is wrong; the message says which option and how to write it. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/** Reads the command line; `--port` wins over `PORT`, else 8090. Throws `UsageError`. */
export function parseOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Required<SimulatorOptions> {
  const { values } = parseStrictly(argv);
  return {
    host: values.host,
    port: parsePort(values.port ?? env['PORT'] ?? '8090'),
    ledger: values.ledger,
    registerUnknown: values['register-unknown'],
    latency: {
      ack: parseDelay('--ack-delay', values['ack-delay']) ?? defaultLatency.ack,
      receipt: parseDelay('--receipt-delay', values['receipt-delay']) ?? defaultLatency.receipt,
      readShare: parseShare(values['read-share']) ?? defaultLatency.readShare,
    },
  };
}

function parseStrictly(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string' },
        ledger: { type: 'string' },
        'ack-delay': { type: 'string' },
        'receipt-delay': { type: 'string' },
        'read-share': { type: 'string' },
        'register-unknown': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${problem}\n${usage}`, { cause: error });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`port "${text}": give a number from 0 to 65535; 0 picks a free one`);
}

function parseDelay(option: string, text: string | undefined): Delay | undefined {
  if (text === undefined) return undefined;
  const [, min, max = min] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text) ?? [];
  const delay = { minMs: Number(min), maxMs: Number(max) };
  if (delay.minMs <= delay.maxMs) return delay;
  throw new UsageError(`${option} "${text}": give milliseconds, 5, or a range, 5-20`);
}

function parseShare(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new UsageError(`--read-share "${text}": give a share from 0 to 1`);
}
