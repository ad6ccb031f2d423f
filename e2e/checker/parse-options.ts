import { parseArgs } from 'node:util';
import { InputError } from './input-error.ts';
import type { JudgeOptions } from './judge-options.ts';

export const usage = `usage: node e2e/dist/checker/main.js --ledger FILE [options]

  --ledger FILE                 what the simulator wrote
  --plan FILE                   what was to be sent; LEDGER.plan.jsonl unless told
  --partial                     the run goes on: steps not sent yet are fine
  --repeats-allowed-for +E164,… devices that had a fault; a repeated id on any other is a violation
  --optout-grace-ms MS          how long after a STOP a message may be on its way (1000)
  --allow-text TEXT             a text outside the plan that may be sent; may be given again
  --json                        the verdict as JSON

exits 0 when all rules held, 1 when one was broken, 2 when it cannot tell`;

export interface CheckerOptions {
  readonly ledger: string;
  readonly plan: string;
  readonly json: boolean;
  readonly help: boolean;
  readonly judge: JudgeOptions;
}

/** Reads the command line. Throws `InputError`. */
export function parseOptions(argv: readonly string[]): CheckerOptions {
  const { values } = parseStrictly(argv);
  const help = values.help ?? false;
  if (values.ledger === undefined && !help) throw new InputError(`--ledger is missing\n\n${usage}`);
  const ledger = values.ledger ?? '';
  const repeats = values['repeats-allowed-for'];
  return {
    ledger,
    plan: values.plan ?? `${ledger}.plan.jsonl`,
    json: values.json ?? false,
    help,
    judge: {
      partial: values.partial ?? false,
      allowedTexts: new Set(values['allow-text']),
      ...(repeats === undefined ? {} : { repeatsAllowedFor: parseDevices(repeats) }),
      ...graceOf(values['optout-grace-ms']),
    },
  };
}

function parseStrictly(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        ledger: { type: 'string' },
        plan: { type: 'string' },
        json: { type: 'boolean' },
        partial: { type: 'boolean' },
        'repeats-allowed-for': { type: 'string' },
        'optout-grace-ms': { type: 'string' },
        'allow-text': { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new InputError(`${problem}\n\n${usage}`, { cause: error });
  }
}

/** An empty list is one: nobody had a fault. A number that is none would silently excuse nobody. */
function parseDevices(list: string): ReadonlySet<string> {
  const devices = list.split(',').filter((device) => device !== '');
  const wrong = devices.find((device) => !/^\+[1-9]\d{6,14}$/.test(device));
  if (wrong === undefined) return new Set(devices);
  throw new InputError(`--repeats-allowed-for "${wrong}": write devices as +E164,+E164`);
}

function graceOf(text: string | undefined): { optOutGraceMs?: number } {
  if (text === undefined) return {};
  if (/^\d+$/.test(text)) return { optOutGraceMs: Number(text) };
  throw new InputError(`--optout-grace-ms "${text}": give whole milliseconds`);
}
