import type { Action } from '../action.ts';
import { judge } from '../judge.ts';
import type { JudgeOptions } from '../judge-options.ts';
import type { LedgerEvent } from '../ledger-event.ts';
import type { Cap, Plan } from '../plan.ts';
import type { Violation } from '../violation.ts';

type WithoutPlace<E> = E extends LedgerEvent ? Omit<E, 't' | 'n'> & { readonly at: number } : never;

/** A ledger line by its instant, ms since the run began; `number` gives it its place. */
export type Line = WithoutPlace<LedgerEvent>;
export type Sent = Extract<Line, { event: 'message' }>;

export const cap: Cap = { max: 3, windowMs: 1_000 };
export const [one, two] = ['+15550000001', '+15550000002'] as const;
export const [ana, ben, eve] = ['+15559990001', '+15559990002', '+15559990003'] as const;

/** Epoch ms of instant 0. */
export const start = 1_764_000_000_000;

/** Two devices, three contacts, two steps each. */
export const plan: Plan = {
  caps: [cap],
  devices: [one, two],
  contacts: [
    { to: ana, device: one, texts: ['Hi Ana', 'Bye Ana'] },
    { to: ben, device: one, texts: ['Hi Ben', 'Bye Ben'] },
    { to: eve, device: two, texts: ['Hi Eve', 'Bye Eve'] },
  ],
};

export function connect(at: number, device: string, conn: number): Line {
  return { at, event: 'connect', device, conn };
}

export function disconnect(at: number, device: string, conn: number): Line {
  return { at, event: 'disconnect', device, conn };
}

/** An accepted message as the plan wants it, to whom the plan wants it, but for `changes`. */
export function send(at: number, text: string, changes: Partial<Omit<Sent, 'text'>> = {}): Sent {
  const contact = plan.contacts.find(({ texts }) => texts.includes(text));
  const { to, device } = { to: ana, device: one, ...contact, ...changes };
  const conn = device === one ? 1 : 2;
  const id = `id of ${text}`;
  return { at, event: 'message', device, conn, to, id, text, outcome: 'accepted', ...changes };
}

export function say(at: number, from: string, text = 'STOP'): Line {
  return { at, event: 'inbound', device: one, from, text };
}

export function ack(at: number, text: string, device: string = one): Line {
  return { at, event: 'ack', device, id: `id of ${text}` };
}

type WithoutTime<A> = A extends Action ? Omit<A, 't'> & { readonly at: number } : never;

/** A line of the log of actions, by its instant as the ledger's. */
export type Deed = WithoutTime<Action>;

/** A fault and, unless it took no time, its end. */
export function fault(
  kind: string,
  { number: n = 1, from = 0, until }: { number?: number; from?: number; until?: number } = {},
  devices: readonly string[] | 'all' = [one],
): Deed[] {
  const begun: Deed = { at: from, action: 'fault', fault: n, kind, devices };
  return until === undefined
    ? [begun]
    : [begun, { at: until, action: 'fault_end', fault: n, kind }];
}

/** The log of what was done to a run, in order of time. */
export function log(...deeds: readonly (Deed | readonly Deed[])[]): Action[] {
  return deeds
    .flat()
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, ...deed }) => ({ t: start + at, ...deed }));
}

/** A run without fault: device one fills its window to the cap (three in a second), and again. */
export function goodRun(): Line[] {
  return [
    connect(0, one, 1),
    connect(0, two, 2),
    send(10, 'Hi Ana'),
    send(20, 'Hi Ben'),
    send(30, 'Hi Eve'),
    send(500, 'Bye Ana'),
    send(1_010, 'Bye Ben'),
    send(2_000, 'Bye Eve'),
  ];
}

/** The good run without one of its messages. */
export function without(text: string): Line[] {
  return goodRun().filter((line) => line.event !== 'message' || line.text !== text);
}

/** The ledger of a run: in order of time, numbered from 1. */
export function number(lines: readonly Line[]): LedgerEvent[] {
  const ordered = lines.toSorted((a, b) => a.at - b.at);
  return ordered.map(({ at, ...line }, i) => ({ t: start + at, n: i + 1, ...line }));
}

/** What the judge finds in a run of the plan above. */
export function find(lines: readonly Line[], options: JudgeOptions = {}): readonly Violation[] {
  return judge(plan, number(lines), options).violations;
}

export function kinds(lines: readonly Line[], options: JudgeOptions = {}): string[] {
  return find(lines, options).map(({ kind }) => kind);
}
