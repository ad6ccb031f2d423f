import {
  assertNever,
  type ConnectStreak,
  type DisconnectVerdict,
  type DurationMs,
  durationMs,
  freshStreak,
  judgeDisconnect,
  unreadableReason,
} from '@dripfleet/domain';
import type { ConnectError, SessionEnd } from '@dripfleet/transport';
import type { DeviceState } from './device-state.ts';
import type { AfterSession } from './after-session.ts';
import type { LiveSession } from './open-session.ts';

/** Where there was no way to WhatsApp at all, in its own codes. */
const noConnection = 408;
const replacedCode = 440;
const fencedPause = durationMs(1_000);
/** Between two looks at a key file that lacks the device's key. */
const keyPause = durationMs(60_000);

/** Carries out what the end of a session, or a refused connect, means for its device: the only way to a reconnect. */
export class ConnectPolicy {
  readonly #state: DeviceState;
  #streak: ConnectStreak = freshStreak;

  constructor(state: DeviceState) {
    this.#state = state;
  }

  async ended({ ended, openedAt }: LiveSession): Promise<AfterSession> {
    const end = ended();
    if (!end) return 'again';
    if (end.kind === 'unreadable') return await this.#follow(unreadable('found while it was open'));
    return await this.#judge(codeOf(end), this.#state.deps.clock.monotonic() - openedAt);
  }

  async refused(error: ConnectError): Promise<AfterSession> {
    switch (error.code) {
      case 'fenced':
      case 'expired':
        return await this.#pauseAndAsk(fencedPause);
      case 'unpaired':
      case 'wrong_account':
      case 'unsupported':
        return await this.#follow({ kind: 'stop', state: 'unpaired', reason: error.message });
      case 'unreadable':
        return await this.#follow(unreadable(error.message));
      case 'key_missing':
        // A fault of this host, not of the device: mending the key file mends it.
        return await this.#follow({
          kind: 'reconnect',
          after: keyPause,
          unreachable: unreadableReason(error.message),
        });
      case 'refused':
      case 'unreachable':
      case 'timed_out':
        return await this.#judge(error.status ?? noConnection, 0);
      default:
        return assertNever(error.code);
    }
  }

  async #judge(code: number, openFor: number): Promise<AfterSession> {
    const { verdict, streak } = judgeDisconnect({
      code,
      openFor: durationMs(Math.max(0, Math.round(openFor))),
      streak: this.#streak,
      seed: String(this.#state.context.claim.deviceId),
    });
    this.#streak = streak;
    return await this.#follow(verdict);
  }

  async #follow(verdict: DisconnectVerdict): Promise<AfterSession> {
    const state = this.#state;
    const { claim } = state.context;
    const { store, observe } = state.deps;
    state.enter('backing_off');
    switch (verdict.kind) {
      case 'reconnect': {
        const { unreachable: reason, after } = verdict;
        const report =
          reason === undefined ? connecting : ({ state: 'unreachable', reason } as const);
        // Best effort: the next connect says more.
        await store.setSessionState(claim, report).catch(() => {});
        // Whoever took the device meanwhile must not be replaced: WhatsApp's word on it may have been lost with the line.
        return await this.#pauseAndAsk(after);
      }
      case 'ask_owner':
        return await this.#askOwner(verdict.after);
      case 'stop':
        observe({ kind: 'session.stopped', deviceId: claim.deviceId, state: verdict.state });
        await this.#store(() => store.setSessionState(claim, verdict));
        return 'unusable';
      case 'restrict': {
        const { duration, reason } = verdict;
        observe({ kind: 'session.stopped', deviceId: claim.deviceId, state: 'restricted' });
        const restriction = { towards: 'everybody', duration, reason } as const;
        await this.#store(() => store.restrictDevice(claim.deviceId, restriction));
        return 'unusable';
      }
      default:
        return assertNever(verdict);
    }
  }

  /**
   * Who owns the device, only Postgres knows: a worker that lost it drops it. Even as the owner it waits, or both would go
   * on replacing each other, and asks again.
   */
  async #askOwner(after: DurationMs): Promise<AfterSession> {
    const state = this.#state;
    if (!(await state.refresh())) return 'lost';
    const reason = 'another connection of the same device replaced this one';
    const { claim } = state.context;
    await state.deps.store.setSessionState(claim, { state: 'connecting', reason }).catch(() => {});
    return await this.#pauseAndAsk(after);
  }

  async #pauseAndAsk(duration: DurationMs): Promise<AfterSession> {
    const state = this.#state;
    await state.pause(duration);
    return state.signal.aborted || (await state.refresh()) ? 'again' : 'lost';
  }

  /** A state that keeps the device from connecting must not be lost with an outage: the device waits for Postgres. */
  async #store(write: () => Promise<void>): Promise<void> {
    while (!this.#state.signal.aborted) {
      try {
        return await write();
      } catch (error) {
        await this.#state.backOff(error);
      }
    }
  }
}

const connecting = { state: 'connecting' } as const;

/** Stopped, and never replaced by itself: what is stored may be mended. */
const unreadable = (reason: string) =>
  ({
    kind: 'stop',
    state: 'unpaired',
    reason: unreadableReason(reason),
  }) as const;

function codeOf({ kind, code }: SessionEnd): number {
  return kind === 'replaced' ? replacedCode : code;
}
