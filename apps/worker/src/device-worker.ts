import { assertNever, durationMs, hashFraction } from '@dripfleet/domain';
import type { DeviceQueue, FetchedJob } from '@dripfleet/queue';
import type { Session } from '@dripfleet/transport';
import type { DeviceContext, PacedDevice, WorkerDeps } from './device-context.ts';
import { loadPacers } from './load-pacers.ts';
import { type LiveSession, openSession } from './open-session.ts';
import { recover } from './recover.ts';
import { sendDelivery, type SendOutcome } from './send-delivery.ts';
import { Wakeup } from './wakeup.ts';

/** What a device worker is doing, and since when (monotonic ms). `waiting` is for its turn to connect. */
export type Activity = Readonly<{ kind: ActivityKind; since: number }>;

export type ActivityKind =
  | 'waiting'
  | 'connecting'
  | 'recovering'
  | 'backing_off'
  | 'paced'
  | 'fetching'
  | 'sending'
  | 'idle'
  | 'paused'
  | 'stopped';

const backoffFirst = 1_000;
const backoffMax = 60_000;
/** So many connects failed in a row before operators are told. */
const unreachableAfter = 3;
/** After another connection of the same device won. */
const replacedPause = durationMs(30_000);
/** Between two looks at something that stays open or blocked. */
const recheck = durationMs(5_000);
/** Between two looks at an open delivery whose sequence is paused. */
const lookAgainAfter = durationMs(60_000);
/** A row that somebody holds is asked for so often, 50 ms apart; then it goes back and its job is forgotten. */
const busyRetriesMax = 20;
const busyPause = durationMs(50);

/**
 * Runs one device while this worker owns it: one session, one message at a time. It paces before it fetches, so that no
 * decision grows stale; whatever leaves goes through sendDelivery or recover.
 *
 * An outage of Redis or Postgres never closes the session: it goes on where it was, after recovering.
 */
export class DeviceWorker {
  readonly #deps: WorkerDeps;
  readonly #queue: DeviceQueue;
  readonly #onLost: () => void;
  readonly #wakeup = new Wakeup();
  /** Ends the waits. The message in hand is still finished. */
  readonly #stopping = new AbortController();
  #context: DeviceContext;
  #session: Session | undefined;
  #activity: Activity;
  /** Something may be open, in Postgres or in the queue: settle it before the next job. */
  #mustRecover = true;
  /** Set when the pacing has changed: a longer window needs an older history. */
  #newPacing: PacedDevice | undefined;
  /** Monotonic ms; something open waits for its sequence to be resumed. */
  #lookAgainAt: number | undefined;
  #sentSinceNudge = false;
  #wasReplaced = false;
  #failures = 0;
  /** Resolves when the loop has ended and the session is closed. */
  readonly done: Promise<void>;

  /** `onLost`: another worker owns the device; this one has ended its session by then. */
  constructor(context: DeviceContext, deps: WorkerDeps, onLost: () => void) {
    this.#deps = deps;
    this.#context = context;
    this.#onLost = onLost;
    this.#queue = deps.openQueue(context.claim);
    this.#activity = { kind: 'waiting', since: deps.clock.monotonic() };
    this.done = this.#run();
  }

  get context(): DeviceContext {
    return this.#context;
  }

  /** Whether the device is connected. */
  get isOpen(): boolean {
    return this.#session !== undefined && !this.#stopping.signal.aborted;
  }

  get activity(): Activity {
    return this.#activity;
  }

  /** There may be a job, or something changed. */
  wake(): void {
    this.#wakeup.wake();
  }

  /** Takes over what Postgres says of the device now. Another pacing counts from the next turn on. */
  update(paced: PacedDevice): void {
    const { device } = paced;
    if (device.pacingVersion !== this.#context.device.pacingVersion) this.#newPacing = paced;
    this.#context = { ...this.#context, device };
    this.#wakeup.wake();
  }

  /** Ends after the message in hand and closes the session in order. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('device worker stopping'));
    await this.done;
  }

  /** Ends the connection in this tick, for a worker that was fenced or lost the device. Nothing more leaves. */
  terminate(): void {
    this.#stopping.abort(new Error('device worker terminated'));
    this.#session?.terminate();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#serveSession(signal);
      } catch (error) {
        await this.#failed(error);
      }
    }
    await this.#session?.close();
    await this.#queue.close().catch(() => {});
    this.#enter('stopped');
  }

  async #serveSession(signal: AbortSignal): Promise<void> {
    this.#enter('waiting');
    if (!(await this.#mayReconnect())) return this.#lose();
    await this.#deps.connectTurn();
    this.#enter('connecting');
    const live = await openSession(this.#context, this.#deps, {
      signal,
      onEnd: () => this.#wakeup.wake(),
    });
    if (!live) return this.#lose();
    this.#session = live.session;
    this.#mustRecover = true;
    while (!signal.aborted && live.ended() === undefined) {
      try {
        await this.#turn(live, signal);
        this.#failures = 0;
      } catch (error) {
        this.#mustRecover = true;
        await this.#failed(error);
      }
    }
    if (signal.aborted) return;
    this.#session = undefined;
    this.#wasReplaced = live.ended()?.kind === 'replaced';
    await this.#deps.store.setSessionState(this.#context.claim, { state: 'connecting' });
    await this.#pause(durationMs(backoffFirst));
  }

  /**
   * Somebody else opened this device's session. Who owns the device, only Postgres knows; and even as the owner it waits,
   * or both would go on replacing each other. False when the device is another worker's.
   */
  async #mayReconnect(): Promise<boolean> {
    if (!this.#wasReplaced) return true;
    if (!(await this.#refresh())) return false;
    await this.#pause(replacedPause);
    this.#wasReplaced = false;
    return true;
  }

  /** One thing after another: the pacing, what is open, the operator's wish, the pace, the next job. */
  async #turn(live: LiveSession, signal: AbortSignal): Promise<void> {
    if (this.#newPacing) await this.#reloadPacer(this.#newPacing);
    if (this.#mustRecover || this.#isTimeToLookAgain()) return await this.#recover(live);
    if (!this.#context.device.maySend) {
      this.#enter('paused');
      return await this.#wakeup.wait(signal);
    }
    if (!(await this.#pacePassed())) return;
    this.#enter('fetching');
    const job = await this.#queue.fetch();
    if (job) return await this.#process(live.session, job);
    if (this.#sentSinceNudge) {
      this.#sentSinceNudge = false;
      this.#deps.nudge(this.#context.claim);
    }
    this.#enter('idle');
    if (this.#lookAgainAt === undefined) await this.#wakeup.wait(signal);
    else await this.#wakeup.waitFor(lookAgainAfter, this.#waiting);
  }

  async #reloadPacer(paced: PacedDevice): Promise<void> {
    const { deviceId } = this.#context.claim;
    const pacer = (await loadPacers([paced], this.#deps)).get(deviceId);
    if (pacer) this.#context = { ...this.#context, pacer };
    if (this.#newPacing === paced) this.#newPacing = undefined;
  }

  #isTimeToLookAgain(): boolean {
    return this.#lookAgainAt !== undefined && this.#deps.clock.monotonic() >= this.#lookAgainAt;
  }

  async #process(session: Session, job: FetchedJob): Promise<void> {
    this.#enter('sending');
    const outcome = job.payload ? await this.#send(session, job.payload) : this.#reject();
    this.#sentSinceNudge = true;
    await this.#queue.complete(job.id);
    switch (outcome.kind) {
      case 'done':
      case 'again':
        return;
      case 'recover':
        this.#mustRecover = true;
        return;
      case 'refresh':
        if (!(await this.#refresh())) this.#lose();
        return;
      case 'lost':
        return this.#lose();
      default:
        assertNever(outcome);
    }
  }

  #reject(): SendOutcome {
    const { deviceId } = this.#context.claim;
    this.#deps.observe({ kind: 'job.skipped', deviceId, reason: 'not_ours' });
    return { kind: 'done' };
  }

  async #send(session: Session, payload: NonNullable<FetchedJob['payload']>): Promise<SendOutcome> {
    const { store } = this.#deps;
    for (let retries = 0; retries < busyRetriesMax; retries += 1) {
      const outcome = await sendDelivery(payload, session, {
        context: this.#context,
        deps: this.#deps,
      });
      if (outcome.kind !== 'again') return outcome;
      await this.#pause(busyPause);
    }
    await store.returnToIdle([{ ...payload, deviceId: this.#context.claim.deviceId }]);
    return { kind: 'done' };
  }

  async #recover(live: LiveSession): Promise<void> {
    this.#enter('recovering');
    this.#lookAgainAt = undefined;
    const outcome = await recover(live.session, {
      context: this.#context,
      deps: this.#deps,
      waitForPace: async () => {
        while (!(await this.#pacePassed())) {
          if (this.#stopping.signal.aborted || live.ended() || this.#newPacing) return false;
        }
        this.#enter('recovering');
        return true;
      },
    });
    switch (outcome) {
      case 'postponed':
      case 'settled':
        if (outcome === 'postponed') {
          this.#lookAgainAt = this.#deps.clock.monotonic() + lookAgainAfter;
        }
        await this.#deps.store.returnToIdle(await this.#queue.clear());
        this.#mustRecover = false;
        return;
      case 'open':
        return await this.#wakeup.waitFor(recheck, this.#waiting);
      case 'not_running':
        if (!(await this.#refresh())) return this.#lose();
        if (!this.#context.device.maySend) this.#enter('paused');
        return await this.#wakeup.waitFor(recheck, this.#waiting);
      case 'lost':
        return this.#lose();
      default:
        return assertNever(outcome);
    }
  }

  /** Waits until the device may send. False when something happened meanwhile: look again. */
  async #pacePassed(): Promise<boolean> {
    const wait = this.#context.pacer.earliest - this.#deps.clock.monotonic();
    if (wait <= 0) return true;
    this.#enter('paced');
    await this.#wakeup.waitFor(durationMs(Math.ceil(wait)), this.#waiting);
    return false;
  }

  /** Reads the device anew. False when it is no longer this worker's. */
  async #refresh(): Promise<boolean> {
    const { claim } = this.#context;
    const [device] = await this.#deps.store.findDevices([claim.deviceId]);
    if (device?.owner !== claim.worker || device.epoch !== claim.epoch) return false;
    this.update(this.#deps.readPacing(device));
    return true;
  }

  #lose(): void {
    this.terminate();
    this.#onLost();
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { deviceId } = this.#context.claim;
    this.#deps.observe({ kind: 'problem', where: this.#activity.kind, deviceId, error });
    const wasConnecting = this.#activity.kind === 'connecting';
    this.#enter('backing_off');
    if (wasConnecting && this.#failures === unreachableAfter)
      await this.#sayUnreachable(error instanceof Error ? error.message : 'no connection');
    const ceiling = Math.min(backoffFirst * 2 ** this.#failures, backoffMax);
    this.#failures += 1;
    const spread = 0.5 + hashFraction(`${deviceId}:${this.#failures}`) / 2;
    await this.#pause(durationMs(ceiling * spread));
  }

  /** Operators see it in `device ls`. Best effort: the next connect says more. */
  async #sayUnreachable(reason: string): Promise<void> {
    const { claim } = this.#context;
    await this.#deps.store.setSessionState(claim, { state: 'unreachable', reason }).catch(() => {});
  }

  /** Sleeps, or ends at once when the device worker is being stopped. */
  async #pause(duration: ReturnType<typeof durationMs>): Promise<void> {
    await this.#deps.clock.sleep(duration, this.#stopping.signal).catch(() => {});
  }

  get #waiting() {
    return { clock: this.#deps.clock, signal: this.#stopping.signal };
  }

  #enter(kind: ActivityKind): void {
    this.#activity = { kind, since: this.#deps.clock.monotonic() };
  }
}
