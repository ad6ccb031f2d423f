import { assertNever } from '@dripfleet/domain';
import type { Session } from '@dripfleet/transport';
import type { Activity } from './activity.ts';
import type { AfterSession } from './after-session.ts';
import { ConnectPolicy } from './connect-policy.ts';
import type { DeviceContext, PacedDevice, WorkerDeps } from './device-context.ts';
import { DeviceState } from './device-state.ts';
import { openSession } from './open-session.ts';
import { pairDevice } from './pair-device.ts';
import { SessionTurns } from './session-turns.ts';

export type DeviceWorkerHandlers = Readonly<{
  /** Another worker owns the device; the session has ended by then. */
  onLost(): void;
  /** Nothing can be sent until an operator acts: the device may be given up. */
  onUnusable(): void;
}>;

/**
 * Runs one device while this worker owns it: one session, one message at a time. It paces before it fetches, so that no
 * decision grows stale; whatever leaves goes through begin and transmit.
 *
 * An outage of Redis or Postgres never closes the session: it goes on where it was, after recovering.
 */
export class DeviceWorker {
  readonly #state: DeviceState;
  readonly #policy: ConnectPolicy;
  readonly #handlers: DeviceWorkerHandlers;
  #session: Session | undefined;
  #letClose: () => void = () => {};
  /** Until then a session that has nothing more to do stays open: a hand-over closes them in waves. */
  readonly #mayClose = new Promise<void>((resolve) => {
    this.#letClose = resolve;
  });
  /** Resolves when the loop has ended and the session is closed. */
  readonly done: Promise<void>;

  constructor(context: DeviceContext, deps: WorkerDeps, handlers: DeviceWorkerHandlers) {
    this.#state = new DeviceState(context, deps);
    this.#policy = new ConnectPolicy(this.#state);
    this.#handlers = handlers;
    this.done = this.#run();
  }

  get context(): DeviceContext {
    return this.#state.context;
  }

  /** Whether the device is connected. */
  get isOpen(): boolean {
    return this.#session !== undefined && !this.#state.signal.aborted;
  }

  get activity(): Activity {
    return this.#state.activity;
  }

  /** There may be a job, or something changed. */
  wake(): void {
    this.#state.wakeup.wake();
  }

  /** What failed may work again. */
  retryNow(): void {
    this.#state.retryNow();
  }

  /** Takes over what Postgres says of the device now. Another pacing counts from the next turn on. */
  update(paced: PacedDevice): void {
    this.#state.update(paced);
  }

  /** Begins nothing more. The session stays open until `stop` or `terminate`. */
  retire(): void {
    this.#state.stop('device worker stopping');
  }

  /** Ends after the message in hand and closes the session in order. */
  async stop(): Promise<void> {
    this.retire();
    this.#letClose();
    await this.done;
  }

  /** Ends the connection in this tick, for a worker that was fenced or lost the device. Nothing more leaves. */
  terminate(): void {
    this.#state.stop('device worker terminated');
    this.#letClose();
    this.#session?.terminate();
  }

  async #run(): Promise<void> {
    const { signal, queue } = this.#state;
    let after: AfterSession = 'again';
    while (!signal.aborted && after === 'again') {
      try {
        after = await this.#serveOne();
      } catch (error) {
        await this.#state.backOff(error);
      }
    }
    // Another worker's by now: not even a goodbye may leave.
    if (after === 'lost') this.terminate();
    if (signal.aborted) await this.#mayClose;
    await this.#closeSession();
    await queue.close().catch(() => {});
    this.#state.enter('stopped');
    this.#tell(after);
  }

  async #closeSession(): Promise<void> {
    try {
      await this.#session?.close();
    } catch (error) {
      const { deviceId } = this.context.claim;
      this.#state.deps.observe({ kind: 'problem', where: 'closing', deviceId, error });
    }
  }

  #tell(after: AfterSession): void {
    switch (after) {
      case 'again':
        return;
      case 'lost':
        return this.#handlers.onLost();
      case 'unusable':
        return this.#handlers.onUnusable();
      default:
        assertNever(after);
    }
  }

  /** One session, from the turn to connect to its end. */
  async #serveOne(): Promise<AfterSession> {
    const state = this.#state;
    if (state.context.device.isPairing) {
      const paired = await pairDevice(state);
      if (paired !== 'again') return paired;
    }
    if (!state.context.device.mayConnect) return 'unusable';
    state.enter('waiting');
    await state.deps.connectTurns.take(state.signal);
    if (state.signal.aborted) return 'again';
    state.enter('connecting');
    const opening = await openSession(state);
    if (opening.kind === 'lost') return 'lost';
    if (opening.kind === 'refused') return await this.#policy.refused(opening.error);
    const { live } = opening;
    this.#session = live.session;
    const after = await new SessionTurns(state, live).run();
    if (after === 'lost' || state.signal.aborted) return after;
    this.#session = undefined;
    // It writes no credential after this, and all that it heard is handed over: the next session reads them anew.
    await live.session.close();
    return await this.#policy.ended(live);
  }
}
