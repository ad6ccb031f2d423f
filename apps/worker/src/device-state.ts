import { type DurationMs, durationMs, hashFraction } from '@dripfleet/domain';
import type { DeviceQueue } from '@dripfleet/queue';
import type { HandFate } from '@dripfleet/store';
import type { Activity, ActivityKind } from './activity.ts';
import type { DeviceContext, PacedDevice, WorkerDeps } from './device-context.ts';
import { loadPacers } from './load-pacers.ts';
import { Wakeup } from './wakeup.ts';

const backoffFirst = 1_000;
const backoffMax = 60_000;

/** What the parts of one device worker share: what it knows of its device, what it is doing, how it waits. */
export class DeviceState {
  readonly deps: WorkerDeps;
  readonly queue: DeviceQueue;
  readonly wakeup = new Wakeup();
  /** What became of the process that had the jobs in hand which are cleared next: at first, those of an earlier owner. */
  inHand: HandFate;
  readonly #stopping = new AbortController();
  #context: DeviceContext;
  #activity: Activity;
  /** Set when the pacing has changed: a longer window needs an older history. */
  #newPacing: PacedDevice | undefined;
  /** Problems in a row. */
  #problems = 0;
  /** Ends the pause after a problem. */
  #retry = new AbortController();

  constructor(context: DeviceContext, deps: WorkerDeps) {
    this.deps = deps;
    this.#context = context;
    this.queue = deps.openQueue(context.claim);
    const { previousOwner, worker } = context.claim;
    this.inHand = previousOwner !== undefined && previousOwner !== worker ? 'crashed' : 'survived';
    this.#activity = { kind: 'waiting', since: deps.clock.monotonic() };
  }

  get context(): DeviceContext {
    return this.#context;
  }

  get activity(): Activity {
    return this.#activity;
  }

  /** Aborts when the device worker is to end: ends the waits. The message in hand is still finished. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Whether the pacing has changed since it was loaded. */
  get hasNewPacing(): boolean {
    return this.#newPacing !== undefined;
  }

  enter(kind: ActivityKind): void {
    this.#activity = { kind, since: this.deps.clock.monotonic() };
  }

  stop(reason: string): void {
    this.#stopping.abort(new Error(reason));
  }

  /** Takes over what Postgres says of the device now. Another pacing counts from the next turn on. */
  update(paced: PacedDevice): void {
    const { device } = paced;
    if (device.pacingVersion !== this.#context.device.pacingVersion) this.#newPacing = paced;
    this.#context = { ...this.#context, device };
    this.wakeup.wake();
  }

  /** Reads the device anew. False when it is no longer this worker's. */
  async refresh(): Promise<boolean> {
    const { claim } = this.#context;
    const [device] = await this.deps.store.findDevices([claim.deviceId]);
    if (device?.owner !== claim.worker || device.epoch !== claim.epoch) return false;
    this.update(this.deps.readPacing(device));
    return true;
  }

  /** Loads the history that a changed pacing needs. */
  async reloadPacer(): Promise<void> {
    const paced = this.#newPacing;
    if (!paced) return;
    const pacer = (await loadPacers([paced], this.deps)).get(this.#context.claim.deviceId);
    if (pacer) this.#context = { ...this.#context, pacer };
    if (this.#newPacing === paced) this.#newPacing = undefined;
  }

  /** Whether the pace lets the device send at this moment. */
  get mayPass(): boolean {
    return this.#context.pacer.earliest <= this.deps.clock.monotonic();
  }

  /** Waits until the device may send. False when something happened meanwhile: look again. */
  async pacePassed(): Promise<boolean> {
    const wait = this.#context.pacer.earliest - this.deps.clock.monotonic();
    if (wait <= 0) return true;
    this.enter('paced');
    await this.waitFor(durationMs(Math.ceil(wait)));
    return false;
  }

  /** Waits to be woken, for `duration` at most. */
  async waitFor(duration: DurationMs): Promise<void> {
    await this.wakeup.waitFor(duration, { clock: this.deps.clock, signal: this.signal });
  }

  /** Sleeps, or ends at once when the device worker is being stopped. */
  async pause(duration: DurationMs, signal: AbortSignal = this.signal): Promise<void> {
    await this.deps.clock.sleep(duration, signal).catch(() => {});
  }

  /** Something of ours failed and is tried again: reports it and waits, longer each time until `recovered`. */
  async backOff(error: unknown): Promise<void> {
    if (this.signal.aborted) return;
    const { deviceId } = this.#context.claim;
    this.deps.observe({ kind: 'problem', where: this.#activity.kind, deviceId, error });
    this.enter('backing_off');
    const ceiling = Math.min(backoffFirst * 2 ** this.#problems, backoffMax);
    this.#problems += 1;
    const spread = 0.5 + hashFraction(`${deviceId}:${this.#problems}`) / 2;
    this.#retry = new AbortController();
    const ended = AbortSignal.any([this.signal, this.#retry.signal]);
    await this.pause(durationMs(ceiling * spread), ended);
  }

  /** What failed may work again: whoever pauses after a problem tries at once. */
  retryNow(): void {
    this.#retry.abort();
  }

  recovered(): void {
    this.#problems = 0;
  }
}
