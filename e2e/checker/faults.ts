import type { Action } from './action.ts';
import { isInjected } from './fault-kinds.ts';

export interface Fault {
  readonly number: number;
  readonly kind: string;
  readonly devices: ReadonlySet<string> | 'all';
  /** Epoch ms. Equal to `until` when it took no time. */
  readonly from: number;
  readonly until: number;
  /** Whether the log says when it ended. */
  readonly ended: boolean;
}

/** Epoch ms, both ends included. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What a run had to bear, in order of time. */
export class Faults {
  readonly all: readonly Fault[];

  /** With `partial` a fault without an end goes on; else it took no time. */
  constructor(actions: readonly Action[], { partial }: { partial: boolean }) {
    const ends = new Map<number, number>();
    for (const action of actions) {
      if (action.action === 'fault_end') ends.set(action.fault, action.t);
    }
    this.all = actions.flatMap((action) => {
      if (action.action !== 'fault') return [];
      const { fault: number, kind, t: from } = action;
      const devices = action.devices === 'all' ? action.devices : new Set(action.devices);
      const end = ends.get(number);
      const until = end ?? (partial ? Number.POSITIVE_INFINITY : from);
      return { number, kind, devices, from, until, ended: end !== undefined };
    });
  }

  /** Those of a device that can do what `can` says, and whose time and `graceMs` after it touch the span. */
  striking(
    device: string,
    { from, until, graceMs }: Span & { readonly graceMs: number },
    can: (kind: string) => boolean,
  ): readonly Fault[] {
    return this.all.filter(
      (fault) =>
        fault.from <= until &&
        fault.until + graceMs >= from &&
        (fault.devices === 'all' || fault.devices.has(device)) &&
        can(fault.kind),
    );
  }

  /** `struck` sums the devices of each fault, so that one struck twice counts twice; an operator's actions are apart. */
  count(devices: number): FaultFigures {
    const injected = this.all.filter(({ kind }) => isInjected(kind));
    const byKind: Record<string, number> = {};
    for (const { kind } of this.all) byKind[kind] = (byKind[kind] ?? 0) + 1;
    return {
      injected: injected.length,
      operatorActions: this.all.length - injected.length,
      devicesStruck: injected.reduce((sum, fault) => sum + sizeOf(fault, devices), 0),
      byKind,
    };
  }
}

export interface FaultFigures {
  readonly injected: number;
  readonly operatorActions: number;
  readonly devicesStruck: number;
  readonly byKind: Readonly<Record<string, number>>;
}

function sizeOf({ devices }: Fault, all: number): number {
  return devices === 'all' ? all : devices.size;
}
