import { assertNever, type PhoneNumber } from '@dripfleet/domain';
import type { Pairing } from '@dripfleet/store';
import { ConnectError } from '@dripfleet/transport';
import type { AfterSession } from './after-session.ts';
import type { DeviceState } from './device-state.ts';
import { PairingRequest } from './pairing-request.ts';

/**
 * Links a device to its phone for an operator who asked for it: shows them each QR or the code, encrypted, until the
 * phone has it or the request ends. Then the device connects as any other. What it remembered before is kept until the
 * phone has linked it.
 */
export async function pairDevice(state: DeviceState): Promise<AfterSession> {
  const { deps, context } = state;
  const { claim } = context;
  const pairing = await deps.store.findPairing(claim.deviceId);
  if (!pairing) return (await state.refresh()) ? 'again' : 'lost';
  state.enter('pairing');
  await deps.connectTurns.take(state.signal);
  await deps.store.setSessionState(claim, { state: 'pairing' });
  const request = new PairingRequest(state, pairing);
  try {
    const phone = await link(state, pairing, request);
    return await conclude(state, pairing, phone);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    // Stopped or fenced: the request stands, and whoever has the device next takes it up.
    if (state.signal.aborted || error.code === 'fenced') return 'again';
    const reason = request.over.aborted ? 'nobody scanned or typed it in time' : error.message;
    return await fail(state, pairing, reason);
  } finally {
    request.end();
  }
}

async function link(
  { deps, context, signal }: DeviceState,
  { method, phone }: Pairing,
  request: PairingRequest,
): Promise<PhoneNumber> {
  const { claim, device } = context;
  return await deps.transport.pair(
    {
      deviceId: claim.deviceId,
      gate: () => (deps.heartbeat.isTrusted(claim.generation) ? undefined : 'fenced'),
      credentials: deps.openCredentials(claim),
      method: method === 'code' && phone !== undefined ? { kind: 'code', phone } : { kind: 'qr' },
      expected: device.phone,
      onChallenge: (challenge) => void request.show(challenge),
    },
    AbortSignal.any([signal, request.over]),
  );
}

async function conclude(
  state: DeviceState,
  { requestedAt }: Pairing,
  phone: PhoneNumber,
): Promise<AfterSession> {
  const { deps, context } = state;
  const { claim } = context;
  const end = { kind: 'paired', phone } as const;
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
      await deps.openCredentials(claim).replace([]);
      return await giveUp(
        state,
        'the phone that was linked is another device\u2019s: unlink it there',
      );
    default:
      return assertNever(outcome);
  }
}

async function fail(
  state: DeviceState,
  { requestedAt }: Pairing,
  reason: string,
): Promise<AfterSession> {
  const { deps, context } = state;
  const { claim } = context;
  await deps.store.concludePairing(claim, { requestedAt, end: { kind: 'failed', reason } });
  if (!(await state.refresh())) return 'lost';
  // A newer request replaced this one.
  if (state.context.device.isPairing) return 'again';
  return await giveUp(state, `pairing failed: ${reason}`);
}

/** What was stored before is still there, if anything was: then the next connect tells what it is worth. */
async function giveUp({ deps, context }: DeviceState, reason: string): Promise<AfterSession> {
  const { claim } = context;
  const before = await deps.openCredentials(claim).read('creds', ['self']);
  const isEmpty = before.kind === 'read' && before.values.size === 0;
  const state = isEmpty ? 'unpaired' : 'closed';
  deps.observe({ kind: 'session.stopped', deviceId: claim.deviceId, state });
  await deps.store.setSessionState(claim, { state, reason });
  return 'unusable';
}
