import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault, Strike } from './faults/fault.ts';
import type { Lab } from './lab/lab.ts';
import type { Member } from './lab/member.ts';
import { closeTo, pause } from './lab/wait.ts';
import type { PlannedFault } from './plan-faults.ts';
import type { Random } from './random.ts';

/** So many workers may be struck by themselves at once: the others take over. */
const struckWorkersMax = 2;
const undoTries = 30;

export type Struck = Readonly<{ kind: string; target: string; devices: string; lasts: number }>;

export type NemesisReports = Readonly<{
  struck(strike: Struck): void;
  problem(what: string): void;
}>;

/** Carries out a plan of faults: strikes, lets last, heals. Several may last at once, each on something else. */
export class Nemesis {
  readonly #lab: Lab;
  readonly #reports: NemesisReports;
  /** What is struck now: names of members, or `redis`, `postgres`, `network`, `operator`. */
  readonly #taken = new Set<string>();
  readonly #running = new Set<Promise<void>>();

  constructor(lab: Lab, reports: NemesisReports) {
    this.#lab = lab;
    this.#reports = reports;
  }

  /** Resolves when the plan is over, or the lab's signal aborts, and everything that was struck is healed. */
  async run(plan: readonly PlannedFault[]): Promise<void> {
    const { signal } = this.#lab;
    const started = performance.now();
    for (const planned of plan) {
      await closeTo(started + planned.at, signal);
      if (signal.aborted) break;
      this.#begin(planned);
    }
    // What still lasts has its time, unless the time of faults is over before.
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin({ candidates, random }: PlannedFault): void {
    for (const fault of candidates) {
      const place = this.#take(fault, random);
      if (place === undefined) continue;
      const running = this.#inflict(fault, { ...place, random }).finally(() => {
        this.#taken.delete(place.taken);
        this.#running.delete(running);
      });
      this.#running.add(running);
      return;
    }
  }

  #take({ takes }: Fault, random: Random): { taken: string; member: Member } | undefined {
    const { workers, schedulers } = this.#lab.fleet;
    const members = takes === 'scheduler' ? schedulers : workers;
    const [first] = workers;
    if (first === undefined) throw new Error('a lab without workers');
    if (takes !== 'worker' && takes !== 'scheduler') {
      if (this.#taken.has(takes)) return undefined;
      this.#taken.add(takes);
      return { taken: takes, member: first };
    }
    const struck = members.filter(({ name }) => this.#taken.has(name));
    const free = members.filter((member) => member.isAlive && !struck.includes(member));
    const member = random.pick(free);
    const most = Math.min(struckWorkersMax, members.length - 1);
    if (member === undefined || struck.length >= most) return undefined;
    this.#taken.add(member.name);
    return { taken: member.name, member };
  }

  async #inflict(fault: Fault, choice: { random: Random; member: Member }): Promise<void> {
    const { kind } = fault;
    const { actions, signal } = this.#lab;
    const strike = await fault.prepare(this.#lab, choice);
    if (strike === undefined || signal.aborted) return;
    this.#reports.struck({ kind, ...describe(strike) });
    const number = actions.fault(kind, strike.devices);
    try {
      await strike.strike();
      await pause(strike.lasts, signal);
    } catch (error) {
      this.#reports.problem(`${kind}: ${messageOf(error)}`);
    }
    await this.#undo(kind, strike);
    actions.faultEnd(kind, number);
  }

  /** Until it works: a server that is struck too can't be told. */
  async #undo(kind: string, { undo }: Strike): Promise<void> {
    for (let left = undoTries; ; left -= 1) {
      try {
        await undo();
        return;
      } catch (error) {
        if (this.#lab.ended.aborted) return;
        if (left === 0) {
          this.#reports.problem(`${kind} could not be undone: ${messageOf(error)}`);
          return;
        }
        await sleep(1_000);
      }
    }
  }
}

function describe({ target, devices, lasts }: Strike): Omit<Struck, 'kind'> {
  return { target, lasts, devices: devices === 'all' ? 'all' : String(devices.length) };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
