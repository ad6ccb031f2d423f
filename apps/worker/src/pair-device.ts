import { assertNever, durationMs } from '@dripfleet/domain';
import type { Pairing } from '@dripfleet/store';
import { ConnectError, type PairingChallenge } from '@dripfleet/transport';
import type { DeviceState } from './device-state.ts';
import type { AfterSession } from './after-session.ts';

/** Between two looks at whether anybody still waits. */
const lookInterval = durationMs(2_000);

/**
 * Links a device to its phone for an operator who asked for it: shows them each QR or the code, encrypted, until the
 * phone has it or the request ends. Then the device connects as any other.
 */
export async function pairDevice(state: DeviceState): Promise<AfterSession> {
  const { deps, context } = state;
  const { claim } = context;
  const pairing = await deps.store.findPairing(claim.deviceId);
  if (!pairing) return (await state.refresh()) ? 'again' : 'lost';
  state.enter('pairing');
  await deps.connectTurn();
  await deps.store.setSessionState(claim, { state: 'pairing' });
  const over = new AbortController();
  void watchRequest(state, pairing, over);
  try {
    return await link(state, pairing, over);
  } finally {
    over.abort();
  }
}

/** Ends the attempt when its request was cancelled, replaced, or has expired. */
async function watchRequest(
  { deps, context, signal }: DeviceState,
  { requestedAt }: Pairing,
  over: AbortController,
): Promise<void> {
  const ended = AbortSignal.any([signal, over.signal]);
  while (!ended.aborted) {
    await deps.clock.sleep(lookInterval, ended).catch(() => {});
    if (ended.aborted) return;
    try {
      const now = await deps.store.findPairing(context.claim.deviceId);
      if (now?.requestedAt !== requestedAt) over.abort();
    } catch {
      // Asked again; the phone may have it meanwhile.
    }
  }
}

async function link(
  state: DeviceState,
  pairing: Pairing,
  over: AbortController,
): Promise<AfterSession> {
  const { deps, context } = state;
  const { claim, device } = context;
  try {
    const phone = await deps.transport.pair(
      {
        deviceId: claim.deviceId,
        gate: () => (deps.heartbeat.isTrusted(claim.generation) ? undefined : 'fenced'),
        credentials: deps.openCredentials(claim),
        method:
          pairing.method === 'code' && pairing.phone !== undefined
            ? { kind: 'code', phone: pairing.phone }
            : { kind: 'qr' },
        expected: device.phone,
        onChallenge: (challenge) => void show(state, { pairing, challenge, over }),
      },
      AbortSignal.any([state.signal, over.signal]),
    );
    const end = { kind: 'paired', phone } as const;
    const { requestedAt } = pairing;
    const outcome = await deps.store.concludePairing(claim, { requestedAt, end });
    switch (outcome) {
      case 'concluded':
        deps.observe({ kind: 'device.paired', deviceId: claim.deviceId });
        await deps.store.setSessionState(claim, { state: 'connecting' });
        return (await state.refresh()) ? 'again' : 'lost';
      case 'fenced':
        return 'lost';
      case 'other_phone':
      case 'phone_taken':
        await deps.openCredentials(claim).clear();
        return await giveUp(state, 'the phone that was linked is not this device’s');
      default:
        return assertNever(outcome);
    }
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    // Stopped or fenced: the request stands, and whoever has the device next takes it up.
    if (state.signal.aborted || error.code === 'fenced') return 'again';
    const reason = over.signal.aborted ? 'nobody scanned or typed it in time' : error.message;
    const { requestedAt } = pairing;
    await deps.store.concludePairing(claim, { requestedAt, end: { kind: 'failed', reason } });
    return await giveUp(state, `pairing failed: ${reason}`);
  }
}

async function giveUp({ deps, context }: DeviceState, reason: string): Promise<AfterSession> {
  const { claim } = context;
  deps.observe({ kind: 'session.stopped', deviceId: claim.deviceId, state: 'unpaired' });
  await deps.store.setSessionState(claim, { state: 'unpaired', reason });
  return 'unusable';
}

/** A request that was cancelled or replaced meanwhile ends this attempt. */
async function show(
  { deps, context }: DeviceState,
  options: { pairing: Pairing; challenge: PairingChallenge; over: AbortController },
): Promise<void> {
  const { claim } = context;
  const { deviceId } = claim;
  const { requestedAt } = options.pairing;
  const { content, validFor: ttl } = options.challenge;
  try {
    const challenge = deps.sealChallenge({ deviceId, requestedAt }, content);
    const outcome = await deps.store.showChallenge(claim, { requestedAt, challenge, ttl });
    if (outcome !== 'shown') options.over.abort();
  } catch (error) {
    // The next one rotates in within a minute.
    deps.observe({ kind: 'problem', where: 'pairing', deviceId, error });
  }
}
