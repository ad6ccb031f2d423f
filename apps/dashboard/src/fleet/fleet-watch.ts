import { type Clock, durationMs, type DurationMs, type EpochMs } from '@dripfleet/domain';
import { type FleetReading, readFleet } from '@dripfleet/operations';
import { type Database, type DeviceFigures, measureDevices } from '@dripfleet/store';
import type { FleetEvents, FleetPulse } from '../wire.ts';
import { fleetChanges, type FleetView, fleetView } from './fleet-changes.ts';
import { fleetDevice } from './fleet-device.ts';

export type FleetWatchDeps = Readonly<{
  clock: Clock;
  db: Database;
  steal: DurationMs;
  /** Ends the watching. */
  signal: AbortSignal;
  onError(error: unknown): void;
}>;

/** What somebody who follows the fleet is told. */
export type FleetListener = (event: FleetEvent) => void;
export type FleetEvent =
  | Readonly<{ name: 'delta'; data: FleetEvents['delta'] }>
  | Readonly<{ name: 'pulse'; data: FleetPulse }>;

/** One reading serves all who look; a page shows what happened a second ago at most. */
const readEvery = durationMs(1_000);
/** An hour of deliveries is not counted every second, and a busy hour less often: a twentieth of Postgres' time at most. */
const measureEvery = durationMs(10_000);
const measureShare = 1 / 20;
/** Somebody who asks only now and then keeps the reading warm for so long. */
const lookedAtFor = durationMs(15_000);

/** Reads the fleet while somebody looks at it, and tells what changed. Costs nothing when nobody does. */
export class FleetWatch {
  readonly #deps: FleetWatchDeps;
  readonly #listeners = new Set<FleetListener>();
  #view: FleetView = new Map();
  #pulse: FleetPulse | undefined;
  #figures: ReadonlyMap<number, DeviceFigures> = new Map();
  #measureAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #running = false;

  constructor(deps: FleetWatchDeps) {
    this.#deps = deps;
  }

  /** The fleet as of a second ago at most. Throws `DatabaseError` when Postgres does not answer. */
  async snapshot(): Promise<FleetEvents['snapshot']> {
    const { clock } = this.#deps;
    this.#lookedAt = clock.monotonic();
    if (clock.monotonic() - this.#readAt >= readEvery) await this.#read();
    if (!this.#pulse) throw new Error('unreachable: the fleet was read');
    return { devices: [...this.#view.values()].map(({ device }) => device), pulse: this.#pulse };
  }

  /** What devices have due and did in the last hour, as of some seconds ago. Throws `DatabaseError`. */
  async figures(): Promise<ReadonlyMap<number, DeviceFigures>> {
    const { clock, db } = this.#deps;
    const startedAt = clock.monotonic();
    if (startedAt >= this.#measureAt) {
      this.#figures = await measureDevices(db);
      const took = clock.monotonic() - startedAt;
      this.#measureAt = startedAt + Math.max(measureEvery, took / measureShare);
    }
    return this.#figures;
  }

  /** Tells `listener` what changes from now on, until the returned function is called. */
  follow(listener: FleetListener): () => void {
    this.#listeners.add(listener);
    this.#run();
    return () => this.#listeners.delete(listener);
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#loop().finally(() => {
      this.#running = false;
      if (this.#isLookedAt()) this.#run();
    });
  }

  async #loop(): Promise<void> {
    const { clock, signal, onError } = this.#deps;
    while (this.#isLookedAt()) {
      try {
        await clock.sleep(readEvery, signal);
        await this.#read();
      } catch (error) {
        onError(error);
      }
    }
  }

  #isLookedAt(): boolean {
    const { clock, signal } = this.#deps;
    if (signal.aborted) return false;
    return this.#listeners.size > 0 || clock.monotonic() - this.#lookedAt < lookedAtFor;
  }

  /** One reading at a time; who comes meanwhile waits for the same. */
  async #read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #readOnce(): Promise<void> {
    const { clock, db, steal } = this.#deps;
    const figures = await this.figures();
    const reading = await readFleet(db, steal);
    this.#readAt = clock.monotonic();
    this.#tell(reading, { figures, at: clock.now() });
  }

  #tell(
    { lines, pulse }: FleetReading,
    { figures, at }: { figures: ReadonlyMap<number, DeviceFigures>; at: EpochMs },
  ): void {
    const devices = lines.map((line) => fleetDevice(line, figures.get(line.deviceId)));
    const view = fleetView(devices);
    const changes = fleetChanges(this.#view, view);
    this.#view = view;
    const owned = lines.filter(({ owner }) => owner?.live).length;
    const waiting = devices.filter(({ condition }) => condition === 'waiting').length;
    this.#pulse = { at, ...pulse, owned, wanted: owned + waiting };
    for (const listener of this.#listeners) {
      if (changes) listener({ name: 'delta', data: changes });
      listener({ name: 'pulse', data: this.#pulse });
    }
  }
}
