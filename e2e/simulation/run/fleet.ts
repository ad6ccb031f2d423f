import type { SimulatedProcess } from '../processes/simulated-process.ts';
import { type SchedulerProcess, startSchedulerProcess } from '../processes/scheduler-process.ts';
import { startWorkerProcess, type WorkerProcess } from '../processes/worker-process.ts';
import type { Random } from '../time/random.ts';
import type { World } from '../processes/world.ts';

const workersMany = 3;
const schedulersMany = 2;
/** A process that does not end by itself after SIGTERM is killed. */
const termination = 120_000;

/** Keeps three workers and two schedulers running, as an orchestrator does: a process that ended is followed by another. */
export class Fleet {
  readonly #world: World;
  readonly #capacity: number;
  readonly #queueSize: number;
  readonly #workers = new Map<SimulatedProcess, WorkerProcess>();
  readonly #schedulers = new Map<SimulatedProcess, SchedulerProcess>();
  /** When processes died, by name. */
  readonly deaths = new Map<string, number>();

  constructor(world: World) {
    const { random } = world;
    this.#world = world;
    this.#capacity = random.integer(2, 4);
    this.#queueSize = random.integer(1, 6);
  }

  start(): void {
    for (let count = 0; count < workersMany; count += 1) this.#startSoon('worker', 0);
    for (let count = 0; count < schedulersMany; count += 1) this.#startSoon('scheduler', 0);
  }

  get workers(): readonly WorkerProcess[] {
    return [...this.#workers.values()];
  }

  get schedulers(): readonly SchedulerProcess[] {
    return [...this.#schedulers.values()];
  }

  get processes(): readonly SimulatedProcess[] {
    return [...this.#workers.keys(), ...this.#schedulers.keys()];
  }

  pickWorker(random: Random): SimulatedProcess | undefined {
    return this.#workers.size === 0 ? undefined : random.pick([...this.#workers.keys()]);
  }

  pickScheduler(random: Random): SimulatedProcess | undefined {
    return this.#schedulers.size === 0 ? undefined : random.pick([...this.#schedulers.keys()]);
  }

  pickProcess(random: Random): SimulatedProcess | undefined {
    return random.chance(0.8) ? this.pickWorker(random) : this.pickScheduler(random);
  }

  /** SIGTERM, and SIGKILL when that does not help. */
  terminate(process: SimulatedProcess): void {
    (this.#workers.get(process) ?? this.#schedulers.get(process))?.terminate();
    this.#world.time.after(termination, () => process.kill());
  }

  /** Postgres was stopped: what was not committed never will be. */
  breakDatabaseConnections(): void {
    for (const { database, heartbeatDatabase } of this.#workers.values()) {
      database.breakConnections();
      heartbeatDatabase.breakConnections();
    }
    for (const { database } of this.#schedulers.values()) database.breakConnections();
  }

  end(): void {
    for (const process of this.processes) process.kill();
  }

  #startSoon(kind: 'worker' | 'scheduler', after: number): void {
    this.#world.time.after(after, () => {
      const { process } = kind === 'worker' ? this.#startWorker() : this.#startScheduler();
      process.onDeath(() => {
        this.deaths.set(process.name, this.#world.time.now);
        this.#workers.delete(process);
        this.#schedulers.delete(process);
        this.#startSoon(kind, this.#world.random.between(500, 8_000));
      });
    });
  }

  #startWorker(): WorkerProcess {
    const worker = startWorkerProcess(this.#world, this.#capacity);
    this.#workers.set(worker.process, worker);
    return worker;
  }

  #startScheduler(): SchedulerProcess {
    const scheduler = startSchedulerProcess(this.#world, this.#queueSize);
    this.#schedulers.set(scheduler.process, scheduler);
    return scheduler;
  }
}
