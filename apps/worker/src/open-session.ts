import { once } from 'node:events';
import { durationMs } from '@dripfleet/domain';
import {
  ConnectError,
  type Session,
  type SessionEnd,
  type SessionEvents,
} from '@dripfleet/transport';
import { keepTimeLock } from './account-limits.ts';
import type { WorkerDeps } from './device-context.ts';
import type { DeviceState } from './device-state.ts';

/** An open session, and how it ended, once it has. */
export type LiveSession = Readonly<{
  session: Session;
  ended(): SessionEnd | undefined;
  /** Monotonic ms. */
  openedAt: number;
  /** Whether opt-outs may wait for their confirmation since the last time this was asked. */
  takeConfirmations(): boolean;
  /** The same, without having asked. */
  mayConfirm(): boolean;
}>;

export type Opening =
  | Readonly<{ kind: 'open'; live: LiveSession }>
  /** There is no way in, or none until somebody acts. */
  | Readonly<{ kind: 'refused'; error: ConnectError }>
  /** Another worker owns the device by now. */
  | Readonly<{ kind: 'lost' }>;

/**
 * Connects a device, when it is its turn, and gets it to the point where it may send: ownership verified once more after
 * the connect, what the network had kept for it read, its receipts and its contacts' messages stored.
 */
export async function openSession(state: DeviceState): Promise<Opening> {
  const { deps, signal } = state;
  const { claim, device } = state.context;
  const { phone } = device;
  if (phone === undefined) throw new Error(`device ${device.name} has no phone number: set one`);
  const { events, ...told } = listen(state);
  let session: Session;
  try {
    session = await deps.transport.open(
      {
        deviceId: claim.deviceId,
        phone,
        gate: () => (deps.heartbeat.isTrusted(claim.generation) ? undefined : 'fenced'),
        credentials: deps.openCredentials(claim),
        findMessage: (messageId) => deps.findMessage(claim.deviceId, messageId),
        events,
      },
      signal,
    );
  } catch (error) {
    if (error instanceof ConnectError) return { kind: 'refused', error };
    throw error;
  }
  const openedAt = deps.clock.monotonic();
  // Nobody else knows of this session yet: a fence that falls now must cut it.
  const cut = () => session.terminate();
  signal.addEventListener('abort', cut);
  if (signal.aborted) cut();
  try {
    const [now] = await deps.store.findDevices([claim.deviceId]);
    if (now?.owner !== claim.worker || now.epoch !== claim.epoch) {
      await abandon(session);
      return { kind: 'lost' };
    }
    await deps.store.setSessionState(claim, { state: 'open' });
    if (!(await caughtUp(session, deps, signal))) {
      await abandon(session);
      const reason = 'WhatsApp did not hand over what it kept for the device';
      return { kind: 'refused', error: new ConnectError('timed_out', reason) };
    }
    const { receipts, inbound } = deps;
    const heard = [receipts.flushed(claim.deviceId), inbound.flushed(claim.deviceId)];
    await unlessAborted(signal, Promise.all(heard));
  } catch (error) {
    await abandon(session);
    throw error;
  } finally {
    signal.removeEventListener('abort', cut);
  }
  deps.observe({ kind: 'session.opened', deviceId: claim.deviceId });
  return { kind: 'open', live: { session, openedAt, ...told } };
}

/** Cuts it, and waits until it writes no credential any more: the next session reads them. */
async function abandon(session: Session): Promise<void> {
  session.terminate();
  await session.close();
}

/** What the session tells, brought to where it belongs. */
function listen(state: DeviceState): Pick<
  LiveSession,
  'ended' | 'mayConfirm' | 'takeConfirmations'
> & {
  events: SessionEvents;
} {
  const { deps, context, wakeup } = state;
  const { deviceId } = context.claim;
  let end: SessionEnd | undefined;
  // Those that an earlier owner left, to begin with.
  let mayConfirm = true;
  const events: SessionEvents = {
    onReceipt: (receipt) => deps.receipts.receive(deviceId, receipt),
    onInbound: (message) =>
      deps.inbound.receive(deviceId, message, () => {
        mayConfirm = true;
        wakeup.wake();
      }),
    onTimeLock: (lock) => void keepTimeLock(deps, deviceId, lock),
    onEnd: (sessionEnd) => {
      end = sessionEnd;
      const reason = `${sessionEnd.kind} ${sessionEnd.code}`;
      deps.observe({ kind: 'session.ended', deviceId, reason });
      wakeup.wake();
    },
  };
  return {
    events,
    ended: () => end,
    mayConfirm: () => mayConfirm,
    takeConfirmations: () => {
      const may = mayConfirm;
      mayConfirm = false;
      return may;
    },
  };
}

/**
 * How long the network may take to hand over what it kept; 45 s more to connect, and the health check comes after 90 s.
 * What was not read may say stop, so nothing is sent without it.
 */
const catchUpMax = durationMs(40_000);

/** False when it took too long. */
async function caughtUp(
  session: Session,
  { clock }: WorkerDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const over = new AbortController();
  const timeout = clock.sleep(catchUpMax, AbortSignal.any([signal, over.signal])).then(
    () => false,
    () => true,
  );
  const done = session.caughtUp.then(() => true);
  return await Promise.race([done, timeout]).finally(() => over.abort());
}

/** Resolves early when the device worker is to end: what was heard is stored all the same. */
async function unlessAborted(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (signal.aborted) return;
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal }).catch(() => {});
  await Promise.race([work, aborted]).finally(() => over.abort());
}
