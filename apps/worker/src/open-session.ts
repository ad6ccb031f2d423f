import { durationMs, type EpochMs } from '@dripfleet/domain';
import {
  ConnectError,
  type Session,
  type SessionEnd,
  type SessionEvents,
} from '@dripfleet/transport';
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
  const tidings = listen(state);
  let session: Session;
  try {
    session = await deps.transport.open(
      {
        deviceId: claim.deviceId,
        phone,
        gate: () => (deps.heartbeat.isTrusted(claim.generation) ? undefined : 'fenced'),
        credentials: deps.openCredentials(claim),
        findMessage: (messageId) => deps.findMessage(claim.deviceId, messageId),
        events: tidings.events,
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
      session.terminate();
      return { kind: 'lost' };
    }
    await deps.store.setSessionState(claim, { state: 'open' });
    await caughtUp(session, deps, signal);
    await Promise.all([
      deps.receipts.flushed(claim.deviceId),
      deps.inbound.flushed(claim.deviceId),
    ]);
  } catch (error) {
    session.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', cut);
  }
  deps.observe({ kind: 'session.opened', deviceId: claim.deviceId });
  return { kind: 'open', live: { session, openedAt, ...tidings } };
}

/** What the session tells, brought to where it belongs. */
function listen(state: DeviceState): Pick<LiveSession, 'ended' | 'takeConfirmations'> & {
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
    onTimeLock: (lock) => {
      void keepTimeLock(state, lock.kind === 'locked' ? { until: lock.until } : undefined);
    },
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
    takeConfirmations: () => {
      const may = mayConfirm;
      mayConfirm = false;
      return may;
    },
  };
}

/** WhatsApp says that the account may not write to new contacts, or may again. */
async function keepTimeLock(
  { deps, context }: DeviceState,
  lock: { until: EpochMs | undefined } | undefined,
): Promise<void> {
  const { deviceId } = context.claim;
  try {
    if (!lock) return await deps.store.liftTimeLock(deviceId);
    const { until } = lock;
    const left = until === undefined ? timeLockMax : Math.max(0, until - deps.clock.now());
    await deps.store.restrictDevice(deviceId, {
      towards: 'new_contacts',
      reason: 'WhatsApp keeps the account from writing to new contacts',
      duration: durationMs(left),
    });
  } catch (error) {
    // The next refusal says it again.
    deps.observe({ kind: 'problem', where: 'time-lock', deviceId, error });
  }
}

/** When WhatsApp names no end. */
const timeLockMax = durationMs(24 * 3_600_000);

/** A network that does not say when it has handed over all gets so long. */
const catchUpMax = 20_000;

async function caughtUp(
  session: Session,
  { clock }: WorkerDeps,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const timeout = clock.sleep(durationMs(catchUpMax), AbortSignal.any([signal, over.signal]));
  await Promise.race([session.caughtUp, timeout]).finally(() => over.abort());
  timeout.catch(() => {});
}
