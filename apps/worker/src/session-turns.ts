import { assertNever, durationMs } from '@dripfleet/domain';
import type { FetchedJob } from '@dripfleet/queue';
import { sendConfirmations } from './confirm-opt-outs.ts';
import type { DeviceState } from './device-state.ts';
import type { AfterSession } from './after-session.ts';
import type { LiveSession } from './open-session.ts';
import { recover } from './recover.ts';
import { Refill } from './refill.ts';
import { sendDelivery, type SendOutcome } from './send-delivery.ts';

/** Between two looks at something that stays open or blocked. */
const recheck = durationMs(5_000);
/** Between two looks at an open delivery whose sequence is paused. */
const lookAgainAfter = durationMs(60_000);
/** A row that somebody holds is asked for so often, 50 ms apart; then it goes back and its job is forgotten. */
const busyRetriesMax = 20;
const busyPause = durationMs(50);

type Turn = 'go_on' | 'lost';

/** What a device does while its session is open, one thing after another. */
export class SessionTurns {
  readonly #state: DeviceState;
  readonly #live: LiveSession;
  /** Something may be open, in Postgres or in the queue: settle it before the next job. */
  #mustRecover = true;
  /** Monotonic ms; something open waits for its sequence to be resumed. */
  #lookAgainAt: number | undefined;
  /** Monotonic ms; opt-outs may wait for their confirmation. */
  #confirmAt: number | undefined;
  readonly #refill = new Refill();

  constructor(state: DeviceState, live: LiveSession) {
    this.#state = state;
    this.#live = live;
  }

  /** Goes on until the session ends, the device worker is stopped, or the device is another worker's. */
  async run(): Promise<AfterSession> {
    const { signal } = this.#state;
    while (!signal.aborted && this.#live.ended() === undefined) {
      try {
        if ((await this.#turn()) === 'lost') return 'lost';
        this.#state.recovered();
      } catch (error) {
        this.#mustRecover = true;
        await this.#state.backOff(error);
      }
    }
    return 'again';
  }

  /** One thing: the pacing, what is open, the operator's wish, who opted out, the pace, the next job. */
  async #turn(): Promise<Turn> {
    const state = this.#state;
    if (state.hasNewPacing) await state.reloadPacer();
    if (this.#mustRecover || this.#isTime(this.#lookAgainAt)) return await this.#recover();
    if (!state.context.device.maySend) {
      state.enter('paused');
      await state.wakeup.wait(state.signal);
      return 'go_on';
    }
    if (this.#live.takeConfirmations()) this.#confirmAt = state.deps.clock.monotonic();
    if (this.#isTime(this.#confirmAt)) return await this.#confirm();
    if (!(await state.pacePassed())) return 'go_on';
    state.enter('fetching');
    const job = await state.queue.fetch();
    if (job) {
      const turn = await this.#process(job);
      if (turn !== 'queue_empty') return turn;
    }
    if (this.#refill.takeNeed()) state.deps.nudge(state.context.claim);
    state.enter('idle');
    if (this.#confirmAt !== undefined) await state.waitFor(recheck);
    else if (this.#lookAgainAt !== undefined) await state.waitFor(lookAgainAfter);
    else await state.wakeup.wait(state.signal);
    return 'go_on';
  }

  #isTime(at: number | undefined): boolean {
    return at !== undefined && this.#state.deps.clock.monotonic() >= at;
  }

  /** Job after job for as long as nothing else is to be done between them: then the next comes with the end of the last. */
  async #process(first: FetchedJob): Promise<Turn | 'queue_empty'> {
    const state = this.#state;
    for (let job: FetchedJob | undefined = first; job;) {
      state.enter('sending');
      const outcome = job.payload ? await this.#send(job.payload) : this.#reject();
      this.#refill.worked(outcome);
      if (outcome.kind === 'done' && this.#mayGoOn()) {
        job = await state.queue.completeAndFetch(job.id);
        state.recovered();
      } else {
        await state.queue.complete(job.id);
        return await this.#afterwards(outcome);
      }
    }
    return 'queue_empty';
  }

  /** Whether the next turn would fetch without waiting. */
  #mayGoOn(): boolean {
    const { signal, hasNewPacing, context, mayPass } = this.#state;
    if (signal.aborted || this.#live.ended() !== undefined) return false;
    if (hasNewPacing || !context.device.maySend || !mayPass) return false;
    return (
      !this.#isTime(this.#lookAgainAt) && !this.#isTime(this.#confirmAt) && !this.#live.mayConfirm()
    );
  }

  async #afterwards(outcome: SendOutcome): Promise<Turn> {
    const state = this.#state;
    switch (outcome.kind) {
      case 'done':
      case 'again':
        return 'go_on';
      case 'recover':
        this.#mustRecover = true;
        return 'go_on';
      case 'refresh':
        return (await state.refresh()) ? 'go_on' : 'lost';
      case 'lost':
        return 'lost';
      default:
        return assertNever(outcome);
    }
  }

  #reject(): SendOutcome {
    const { context, deps } = this.#state;
    const { deviceId } = context.claim;
    deps.observe({ kind: 'job.skipped', deviceId, reason: 'not_ours' });
    return { kind: 'done' };
  }

  async #send(payload: NonNullable<FetchedJob['payload']>): Promise<SendOutcome> {
    const { deps } = this.#state;
    for (let retries = 0; retries < busyRetriesMax; retries += 1) {
      const { context } = this.#state;
      const outcome = await sendDelivery(payload, this.#live.session, { context, deps });
      if (outcome.kind !== 'again') return outcome;
      await this.#state.pause(busyPause);
    }
    const { deviceId } = this.#state.context.claim;
    await deps.store.returnToIdle([{ ...payload, deviceId }], 'survived');
    return { kind: 'done' };
  }

  async #recover(): Promise<Turn> {
    const state = this.#state;
    const { context, deps } = state;
    state.enter('recovering');
    this.#lookAgainAt = undefined;
    // Until it is seen to be settled: a second look at what was postponed may leave it open.
    this.#mustRecover = true;
    const waitForPace = () => this.#paceFor('recovering');
    const outcome = await recover(this.#live.session, { context, deps, waitForPace });
    switch (outcome) {
      case 'postponed':
      case 'settled':
        if (outcome === 'postponed') this.#lookAgainAt = deps.clock.monotonic() + lookAgainAfter;
        await deps.store.returnToIdle(await state.queue.clear(), state.inHand);
        state.inHand = 'survived';
        this.#mustRecover = false;
        return 'go_on';
      case 'open':
        await state.waitFor(recheck);
        return 'go_on';
      case 'not_running':
        if (!(await state.refresh())) return 'lost';
        if (!state.context.device.maySend) state.enter('paused');
        await state.waitFor(recheck);
        return 'go_on';
      case 'lost':
        return 'lost';
      default:
        return assertNever(outcome);
    }
  }

  async #confirm(): Promise<Turn> {
    const state = this.#state;
    const { context, deps } = state;
    state.enter('confirming');
    this.#confirmAt = undefined;
    const waitForPace = () => this.#paceFor('confirming');
    const outcome = await sendConfirmations(this.#live.session, { context, deps, waitForPace });
    switch (outcome) {
      case 'settled':
        return 'go_on';
      case 'open':
        this.#confirmAt = deps.clock.monotonic() + recheck;
        return 'go_on';
      case 'not_running':
        this.#confirmAt = deps.clock.monotonic() + recheck;
        return (await state.refresh()) ? 'go_on' : 'lost';
      case 'lost':
        return 'lost';
      default:
        return assertNever(outcome);
    }
  }

  /** Waits until the device may send. False when there is no point in going on with what was begun. */
  async #paceFor(activity: 'recovering' | 'confirming'): Promise<boolean> {
    const state = this.#state;
    while (!(await state.pacePassed())) {
      if (state.signal.aborted || this.#live.ended() || state.hasNewPacing) return false;
    }
    state.enter(activity);
    return true;
  }
}
