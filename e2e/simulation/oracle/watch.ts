import type { NetworkEvent } from '../network/network-log.ts';
import type { Committed } from '../processes/process-database.ts';
import type { SimulatedProcess } from '../processes/simulated-process.ts';
import type { WorkerProcess } from '../processes/worker-process.ts';
import type { Plan } from '../run/plan.ts';
import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

/** The gate closes on a decision that is older, ms; as in packages/runtime. */
const sendBudget = 20_000;
/** FENCE_AFTER, and by how much a suspended machine may be off before the gate sees it. */
const fenceAfter = 14_000 + 2_000;
/** A machine that was suspended finds out late that its sessions are another's: the gate alone keeps it silent. */
const suspensionForgotten = 60_000;

type Written = Extract<NetworkEvent, { kind: 'written' }>;

/** Judges each frame and each connect in the instant in which it leaves its process. */
export class Watch {
  readonly #plan: Plan;
  readonly #evidence: Evidence;
  readonly #workers: () => readonly WorkerProcess[];
  /** When each worker sent the last heartbeat that Postgres carried out; never later than the worker's own belief. */
  readonly #heartbeats = new Map<string, number>();
  /** Numbers whose STOP a process has been told of, by process. */
  readonly #told = new Map<string, Set<string>>();

  constructor({
    plan,
    evidence,
    workers,
  }: {
    plan: Plan;
    evidence: Evidence;
    workers: () => readonly WorkerProcess[];
  }) {
    this.#plan = plan;
    this.#evidence = evidence;
    this.#workers = workers;
  }

  committed({ process, at, statements }: Committed): void {
    for (const { name } of statements) {
      if (name === 'heartbeat-worker' || name === 'register-worker') {
        this.#heartbeats.set(process.name, at);
      }
    }
  }

  seen(event: NetworkEvent): void {
    if (event.kind === 'written') this.#judgeFrame(event);
    if (event.kind === 'heard' && event.text === 'STOP') {
      const told = this.#told.get(event.by) ?? new Set();
      this.#told.set(event.by, told.add(event.from));
    }
  }

  connecting(process: SimulatedProcess, device: string, at: number): void {
    const owner = this.#ownerOf(device);
    if (owner !== process.name) {
      this.#accuse(
        'connect_by_other',
        at,
        `${short(process.name)} connects ${device} of ${short(owner)}`,
      );
    }
    for (const { process: other, open } of this.#workers()) {
      const isItsOwn = other === process || other.state !== 'running';
      const isExcused = at - other.runningSince < 1 || at - other.resumedAt < suspensionForgotten;
      if (isItsOwn || isExcused || !open.has(device)) continue;
      this.#accuse('two_sessions', at, `${short(other.name)} still has ${device}`);
    }
  }

  #judgeFrame({ at, by, device, to, text }: Written): void {
    const frame = `${short(by)} wrote "${text}" to ${to}`;
    const owner = this.#ownerOf(device);
    if (owner !== by) this.#accuse('frame_by_other', at, `${frame}; the owner is ${short(owner)}`);
    const heard = this.#heartbeats.get(by) ?? -Infinity;
    if (at - heard > fenceAfter) {
      this.#accuse('frame_without_heartbeat', at, `${frame}, ${at - heard} ms after a heartbeat`);
    }
    const run = this.#plan.runs.find(
      ({ contact, texts }) => contact === to && texts.includes(text),
    );
    if (!run) return;
    if (this.#told.get(by)?.has(to)) this.#accuse('after_opt_out', at, `${frame}, and was told`);
    const late = (since: number | undefined) => since !== undefined && at - since > sendBudget;
    if (late(this.#evidence.optOuts.get(to))) this.#accuse('after_opt_out', at, frame);
    if (
      late(this.#evidence.stoppedDevices.get(run.device.id)) ||
      late(this.#evidence.stoppedSequences.get(run.sequence.name))
    ) {
      this.#accuse('while_stopped', at, frame);
    }
  }

  #ownerOf(phone: string): string | undefined {
    const device = this.#plan.devices.find((one) => one.phone === phone);
    return device && this.#evidence.owners.get(device.id);
  }

  #accuse(rule: Violation['rule'], at: number, detail: string): void {
    this.#evidence.accuse(rule, at, detail);
  }
}

function short(worker: string | undefined): string {
  return worker?.slice(0, 4) ?? 'nobody';
}
