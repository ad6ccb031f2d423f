import type { Action } from './action.ts';
import { InputError } from './input-error.ts';
import { parseAction } from './parse-action.ts';
import type { Plan } from './plan.ts';
import { readLines } from './read-lines.ts';

/**
 * Reads the log of actions of a run.
 *
 * Throws `InputError` with `file:line` for a malformed line and for a log that would excuse what it should not: a device
 * that is not in the plan, a fault that is numbered twice or ends without its beginning, a time that goes back, a torn last
 * line. The last may be, with `partial`: it is being written.
 */
export async function readActions(
  path: string,
  { plan, partial }: { plan: Plan; partial: boolean },
): Promise<readonly Action[]> {
  const actions: Action[] = [];
  const check = new ActionCheck(plan);
  const { torn, lines } = await readLines(path, (line, number) => {
    const place = `${path}:${number}`;
    const action = parseAction(line, place);
    const problem = check.problemOf(action);
    if (problem !== undefined) throw new InputError(`${place}: ${problem}`);
    actions.push(action);
  });
  if (torn === '' || partial) return actions;
  throw new InputError(
    `${path}:${lines + 1}: the last line is torn; --partial judges what is before`,
  );
}

/** What must hold from line to line. */
class ActionCheck {
  readonly #devices: ReadonlySet<string>;
  readonly #begun = new Map<number, string>();
  readonly #ended = new Set<number>();
  #before = 0;

  constructor({ devices }: Plan) {
    this.#devices = new Set(devices);
  }

  problemOf(action: Action): string | undefined {
    const back = this.#before - action.t;
    this.#before = action.t;
    if (back > 0) return `t goes back by ${back} ms; write the lines in order of time`;
    if ('devices' in action && action.devices !== 'all') {
      const stranger = action.devices.find((device) => !this.#devices.has(device));
      if (stranger !== undefined) return `${stranger} is not among the plan's devices`;
    }
    if (action.action === 'fault') return this.#begin(action);
    return action.action === 'fault_end' ? this.#end(action) : undefined;
  }

  #begin({ fault, kind }: { fault: number; kind: string }): string | undefined {
    if (this.#begun.has(fault)) return `fault ${fault} begins twice; give each a number of its own`;
    this.#begun.set(fault, kind);
    return undefined;
  }

  #end({ fault, kind }: { fault: number; kind: string }): string | undefined {
    const begun = this.#begun.get(fault);
    if (begun === undefined) return `fault ${fault} ends before it begins`;
    if (begun !== kind) return `fault ${fault} began as ${begun}, not as ${kind}`;
    if (this.#ended.has(fault)) return `fault ${fault} ends twice`;
    this.#ended.add(fault);
    return undefined;
  }
}
