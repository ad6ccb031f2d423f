import { durationMs } from '@dripfleet/domain';
import type { Session, SessionEnd } from '@dripfleet/transport';
import type { DeviceContext, WorkerDeps } from './device-context.ts';

/** An open session and how it ended, once it has. */
export type LiveSession = Readonly<{ session: Session; ended(): SessionEnd | undefined }>;

/**
 * Connects a device, when it is its turn, and gets it to the point where it may send: ownership verified once more after
 * the connect, what the network had kept for it read, and its receipts stored.
 *
 * Returns undefined when another worker owns the device by now. Throws `ConnectError` when there is no way in.
 */
export async function openSession(
  { claim, device }: DeviceContext,
  deps: WorkerDeps,
  { signal, onEnd }: { signal: AbortSignal; onEnd: () => void },
): Promise<LiveSession | undefined> {
  const { phone } = device;
  if (phone === undefined) throw new Error(`device ${device.name} has no phone number: set one`);
  let end: SessionEnd | undefined;
  const session = await deps.transport.open(
    {
      deviceId: claim.deviceId,
      phone,
      gate: () => (deps.heartbeat.isTrusted(claim.generation) ? undefined : 'fenced'),
      events: {
        onReceipt: (receipt) => deps.receipts.receive(claim.deviceId, receipt),
        onEnd: (sessionEnd) => {
          end = sessionEnd;
          deps.observe({
            kind: 'session.ended',
            deviceId: claim.deviceId,
            reason: `${sessionEnd.kind} ${sessionEnd.code}`,
          });
          onEnd();
        },
      },
    },
    signal,
  );
  // Nobody else knows of this session yet: a fence that falls now must cut it.
  const cut = () => session.terminate();
  signal.addEventListener('abort', cut);
  if (signal.aborted) cut();
  try {
    const [now] = await deps.store.findDevices([claim.deviceId]);
    if (now?.owner !== claim.worker || now.epoch !== claim.epoch) {
      session.terminate();
      return undefined;
    }
    await deps.store.setSessionState(claim, { state: 'open' });
    await caughtUp(session, deps, signal);
    await deps.receipts.flushed(claim.deviceId);
  } catch (error) {
    session.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', cut);
  }
  deps.observe({ kind: 'session.opened', deviceId: claim.deviceId });
  return { session, ended: () => end };
}

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
