import { appendFileSync, writeFileSync } from 'node:fs';

/** Phones, or every device of the run. */
export type Struck = readonly string[] | 'all';

/** What was done to the run, for the judge to reason by. Times are epoch ms; a line is on disk when its call returns. */
export class ActionLog {
  readonly #file: string;
  #faults = 0;

  constructor(file: string) {
    this.#file = file;
    writeFileSync(file, '');
  }

  /** Before the strike. Returns the fault's number, from 1. */
  fault(kind: string, devices: Struck): number {
    this.#faults += 1;
    this.#write({ action: 'fault', kind, devices, fault: this.#faults });
    return this.#faults;
  }

  /** When it was undone. A fault without an end took no time. */
  faultEnd(kind: string, fault: number): void {
    this.#write({ action: 'fault_end', kind, fault });
  }

  /** When the command had returned, so that it is committed. */
  pause(devices: readonly string[]): void {
    this.#write({ action: 'pause', devices });
  }

  /** Before the command is given. */
  resume(devices: readonly string[]): void {
    this.#write({ action: 'resume', devices });
  }

  /** Lower caps: when they were committed. Higher ones: before they are asked for. */
  caps(devices: readonly string[], cap: Readonly<{ max: number; windowMs: number }>): void {
    const caps = [{ max: cap.max, window_ms: cap.windowMs }];
    this.#write({ action: 'caps', devices, caps });
  }

  /** An operator's; what contacts say stands in the ledger. */
  optOut(contact: string): void {
    this.#write({ action: 'opt_out', to: contact });
  }

  #write(line: Readonly<Record<string, unknown>>): void {
    appendFileSync(this.#file, `${JSON.stringify({ t: Date.now(), ...line })}\n`);
  }
}
