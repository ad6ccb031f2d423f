import type { FaultSpan } from '../oracle/run-record.ts';
import { type Fault, type Lab } from './fault.ts';
import { networkFaults } from './network-faults.ts';
import { operatorActs } from './operator-acts.ts';
import { processFaults } from './process-faults.ts';
import { serverFaults } from './server-faults.ts';

export const allFaults: readonly Fault[] = [
  ...serverFaults,
  ...processFaults,
  ...networkFaults,
  ...operatorActs,
];

/** Strikes at random, at random times, until it is told to let the fleet heal. */
export class Nemesis {
  readonly #lab: Lab;
  readonly #faults: readonly Fault[];
  readonly #pause: number;
  readonly spans: FaultSpan[] = [];
  #isOver = false;

  constructor(lab: Lab, faults: readonly Fault[]) {
    const { random, storm } = lab;
    this.#lab = lab;
    this.#faults = faults;
    this.#pause = random.between(1_500, 12_000);
    storm.onFrame = (fate) => this.#note(`frame_${fate}`, 0);
    storm.onSprung = (trap, process) => {
      const { fate } = trap;
      const duration = fate.kind === 'stopped' ? fate.duration : 0;
      this.#note(`trap_${process.kind}_${fate.kind}_${trap.call}`, duration);
    };
  }

  start(): void {
    this.#strikeLater();
  }

  /** No more harm; what is under way ends now. */
  heal(): void {
    const { storm, world, fleet, operator, plan } = this.#lab;
    this.#isOver = true;
    for (const process of storm.networkCuts) world.network.breakConnectionsOf(process);
    storm.calm();
    world.redis.isFull = false;
    world.redis.publicationLoss = 0;
    for (const process of fleet.processes) process.resume();
    for (const { name } of plan.sequences) operator.switchSequence(name, 'active');
    for (const { id } of plan.devices) operator.resume(id);
    const { now } = world.time;
    for (const span of this.spans) span.until = Math.min(span.until, now);
  }

  #strikeLater(): void {
    const { world, random } = this.#lab;
    world.time.after(random.between(0.2, 1.8) * this.#pause, () => {
      if (this.#isOver) return;
      const fault = this.#draw();
      const duration = fault.strike(this.#lab);
      if (duration !== undefined) this.#note(fault.kind, duration);
      this.#strikeLater();
    });
  }

  #note(kind: string, duration: number): void {
    const { now } = this.#lab.world.time;
    this.spans.push({ kind, at: now, until: now + duration });
    this.#lab.tell?.(
      `${(now / 1_000).toFixed(4).padStart(10)} FAULT ${kind} ${Math.round(duration)} ms`,
    );
  }

  #draw(): Fault {
    const { random } = this.#lab;
    const total = this.#faults.reduce((sum, { weight }) => sum + weight, 0);
    let left = random.next() * total;
    for (const fault of this.#faults) {
      left -= fault.weight;
      if (left < 0) return fault;
    }
    return random.pick(this.#faults);
  }
}
