import type { Committed, Executed } from '../processes/process-database.ts';
import type { Plan, PlannedRun } from '../run/plan.ts';
import type { Violation } from './violation.ts';

/**
 * What Postgres committed and when, told by the links and not by the engine: who owned which device, what was decided, who
 * opted out, what an operator stopped. Decisions are judged as they are made.
 */
export class Evidence {
  readonly violations: Violation[] = [];
  /** Device id → worker. */
  readonly owners = new Map<number, string>();
  /** When numbers were suppressed, true ms. */
  readonly optOuts = new Map<string, number>();
  /** Since when a device, or a sequence, may begin nothing. */
  readonly stoppedDevices = new Map<number, number>();
  readonly stoppedSequences = new Map<string, number>();
  readonly counts = { claims: 0, takeovers: 0, handOffs: 0, decisions: 0 };
  /** How often each run was in hand of a worker that lost its device to another. */
  readonly losses = new Map<number, number>();
  /** Run → the worker that has it in hand. */
  readonly #inHand = new Map<number, string>();
  readonly #runs: ReadonlyMap<number, PlannedRun>;

  constructor(plan: Plan) {
    this.#runs = new Map(plan.runs.map((run) => [run.id, run]));
  }

  take({ process, at, statements }: Committed): void {
    for (const { name, values, rows } of statements) {
      const take = takers[name];
      if (take) take(this, { at, values, rows, by: process.name });
    }
  }

  claimed({ rows, by }: Taken): void {
    for (const { id, previous_owner: previous } of rows) {
      this.counts.claims += 1;
      if (typeof previous === 'string' && previous !== by) {
        this.counts.takeovers += 1;
        this.#lost(Number(id), previous);
      }
      this.owners.set(Number(id), by);
    }
  }

  tookInHand(worker: string, run: number): void {
    this.#inHand.set(run, worker);
  }

  finished({ values: [runs], rows }: Taken): void {
    for (const { outcome, position } of rows) {
      // A late word about an earlier attempt says nothing of who has the run in hand by now.
      if (outcome === 'stored') this.#inHand.delete(numberAt(runs, Number(position)));
    }
  }

  released({ rows, values, by }: Taken): void {
    for (const { id } of rows) {
      const owner = this.owners.get(Number(id));
      // An operator took it from a dead one.
      if (owner !== undefined && owner !== by) this.#lost(Number(id), owner);
      this.owners.delete(Number(id));
    }
    if (Array.isArray(values[3])) this.counts.handOffs += values[3].filter(Boolean).length;
  }

  suppressed({ at, values }: Taken): void {
    const phone = String(values[0]);
    if (!this.optOuts.has(phone)) this.optOuts.set(phone, at);
  }

  stopped({ at, rows }: Taken): void {
    for (const { id } of rows) {
      if (!this.stoppedDevices.has(Number(id))) this.stoppedDevices.set(Number(id), at);
    }
  }

  resumed({ rows }: Taken): void {
    for (const { id } of rows) this.stoppedDevices.delete(Number(id));
  }

  switched({ at, values: [name, status] }: Taken): void {
    if (status !== 'paused') this.stoppedSequences.delete(String(name));
    else if (!this.stoppedSequences.has(String(name))) {
      this.stoppedSequences.set(String(name), at);
    }
  }

  begun({ at, values, rows, by }: Taken): void {
    for (const { outcome, position } of rows) {
      if (outcome !== 'begun') continue;
      this.counts.decisions += 1;
      const run = this.#runs.get(numberAt(values[1], Number(position)));
      if (!run) continue;
      this.#inHand.set(run.id, by);
      const what = `run ${run.id} was decided`;
      if (this.optOuts.has(run.contact)) this.accuse('after_opt_out', at, what);
      const { device, sequence } = run;
      const isStopped =
        this.stoppedDevices.has(device.id) || this.stoppedSequences.has(sequence.name);
      if (isStopped) this.accuse('while_stopped', at, what);
    }
  }

  #lost(device: number, worker: string): void {
    for (const [run, holder] of this.#inHand) {
      if (holder !== worker || this.#runs.get(run)?.device.id !== device) continue;
      this.losses.set(run, (this.losses.get(run) ?? 0) + 1);
      this.#inHand.delete(run);
    }
  }

  accuse(rule: Violation['rule'], at: number, detail: string): void {
    this.violations.push({ rule, at, detail });
  }
}

type Taken = Pick<Executed, 'at' | 'values' | 'rows'> & Readonly<{ by: string }>;

const takers: Readonly<Record<string, (evidence: Evidence, taken: Taken) => void>> = {
  'claim-devices': (evidence, taken) => evidence.claimed(taken),
  'release-devices': (evidence, taken) => evidence.released(taken),
  'drain-unowned-device': (evidence, taken) => evidence.released(taken),
  'suppress-contact': (evidence, taken) => evidence.suppressed(taken),
  'pause-devices': (evidence, taken) => evidence.stopped(taken),
  'drain-devices': (evidence, taken) => evidence.stopped(taken),
  'resume-devices': (evidence, taken) => evidence.resumed(taken),
  'set-sequence-status': (evidence, taken) => evidence.switched(taken),
  'finish-deliveries': (evidence, taken) => evidence.finished(taken),
  'begin-deliveries': (evidence, taken) => evidence.begun(taken),
};

function numberAt(array: unknown, place: number): number {
  return Array.isArray(array) ? Number(array[place]) : Number.NaN;
}
