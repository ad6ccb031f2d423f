import { parseArgs } from 'node:util';
import { InputError } from './input-error.ts';
import { type JudgeOptions, type TimedGoal, timedGoals } from './judge-options.ts';

export const usage = `usage: node e2e/dist/checker/main.js --ledger FILE [options]

  --ledger FILE                 what the simulator wrote
  --plan FILE                   what was to be sent; LEDGER.plan.jsonl unless told
  --actions FILE                what was done to the run: faults, pauses, caps, opt-outs by an operator;
                                LEDGER.actions.jsonl unless told, if there is one
  --partial                     the run goes on: steps not sent yet are fine
  --goals r5,r6                 judge these times too: take-over from a killed worker (28 s, 60 s), shutdown (45 s)
  --repeats-allowed-for +E164,… devices that had a fault; a repeated id on any other is a violation
  --optout-grace-ms MS          how long after a STOP a message may be on its way (1000)
  --pause-grace-ms MS           the same after an operator's pause or suppression (5000)
  --fault-grace-ms MS           how long after its end a fault explains a repeat or a conflict (60000)
  --stops-are-kept              the network keeps a STOP until a client confirms it, as WhatsApp does
  --allow-text TEXT             a text outside the plan that may be sent; may be given again
  -o json, --json               the verdict as JSON

exits 0 when all rules held, 1 when one was broken, 2 when it cannot tell`;

export interface CheckerOptions {
  readonly ledger: string;
  readonly plan: string;
  /** Undefined: the one beside the ledger, if there is one. */
  readonly actions: string | undefined;
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
  const graces = {
    optOutGraceMs: readMs('--optout-grace-ms', values['optout-grace-ms']),
    pauseGraceMs: readMs('--pause-grace-ms', values['pause-grace-ms']),
    faultGraceMs: readMs('--fault-grace-ms', values['fault-grace-ms']),
  };
  return {
    ledger,
    plan: values.plan ?? `${ledger}.plan.jsonl`,
    actions: values.actions,
    json: wantsJson(values),
    help,
    judge: {
      partial: values.partial ?? false,
      stopsAreKept: values['stops-are-kept'] ?? false,
      goals: parseGoals(values.goals ?? ''),
      allowedTexts: new Set(values['allow-text']),
      ...(repeats === undefined ? {} : { repeatsAllowedFor: parseDevices(repeats) }),
      ...given(graces),
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
        actions: { type: 'string' },
        json: { type: 'boolean' },
        output: { type: 'string', short: 'o' },
        partial: { type: 'boolean' },
        goals: { type: 'string' },
        'repeats-allowed-for': { type: 'string' },
        'optout-grace-ms': { type: 'string' },
        'pause-grace-ms': { type: 'string' },
        'fault-grace-ms': { type: 'string' },
        'stops-are-kept': { type: 'boolean' },
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
  const devices = split(list);
  const wrong = devices.find((device) => !/^\+[1-9]\d{6,14}$/.test(device));
  if (wrong === undefined) return new Set(devices);
  throw new InputError(`--repeats-allowed-for "${wrong}": write devices as +E164,+E164`);
}

/** A misspelt goal would silently not be judged. */
function parseGoals(list: string): ReadonlySet<TimedGoal> {
  const names = split(list);
  const goals = timedGoals.filter((goal) => names.includes(goal));
  if (goals.length === new Set(names).size) return new Set(goals);
  throw new InputError(`--goals "${list}": only ${timedGoals.join(' and ')} are asked for by name`);
}

function split(list: string): readonly string[] {
  return list.split(',').filter((word) => word !== '');
}

function wantsJson({ json, output }: { json?: boolean; output?: string }): boolean {
  if (output === undefined || output === 'json' || output === 'text') {
    return json ?? output === 'json';
  }
  throw new InputError(`-o "${output}": give json or text`);
}

function readMs(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? text : Number(text);
  throw new InputError(`${option} "${text}": give whole milliseconds`);
}

/** The fields that have a value. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
