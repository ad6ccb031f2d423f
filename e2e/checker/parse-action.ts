import type { Action } from './action.ts';
import { faultKindsText, isFaultKind } from './fault-kinds.ts';
import { InputError } from './input-error.ts';
import { type JsonObject, parseObject } from './json-object.ts';
import { readCap } from './read-cap.ts';

const actions = ['fault', 'fault_end', 'pause', 'resume', 'caps', 'opt_out'] as const;

/** Reads one line of the log of actions. Throws `InputError` naming the place: whoever is not understood excuses nothing. */
export function parseAction(line: string, place: string): Action {
  const fields = parseObject(line, place);
  const t = fields.count('t');
  const action = fields.oneOf('action', actions);
  switch (action) {
    case 'fault': {
      const devices = fields.listOr('devices', 'all', asPhone);
      return { t, action, fault: fields.count('fault', 1), kind: readKind(fields, place), devices };
    }
    case 'fault_end':
      return { t, action, fault: fields.count('fault', 1), kind: readKind(fields, place) };
    case 'pause':
    case 'resume':
      return { t, action, devices: fields.list('devices', asPhone) };
    case 'caps': {
      const caps = fields.list('caps', (cap) => readCap(cap, place));
      if (caps.length === 0) throw new InputError(`${place}: "caps" must name at least one cap`);
      return { t, action, devices: fields.list('devices', asPhone), caps };
    }
    case 'opt_out':
      return { t, action, to: asPhone(fields.text('to')) ?? refusePhone(place) };
    default:
      return assertNever(action);
  }
}

function readKind(fields: JsonObject, place: string): string {
  const kind = fields.text('kind');
  if (isFaultKind(kind)) return kind;
  throw new InputError(`${place}: "kind" is ${JSON.stringify(kind)}; it must be ${faultKindsText}`);
}

function asPhone(value: unknown): string | undefined {
  return typeof value === 'string' && /^\+[1-9]\d{6,14}$/.test(value) ? value : undefined;
}

function refusePhone(place: string): never {
  throw new InputError(`${place}: "to" must be a number as +E164`);
}

function assertNever(action: never): never {
  throw new Error(`no such action: ${String(action)}`);
}
