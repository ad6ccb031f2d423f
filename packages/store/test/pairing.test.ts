import { durationMs, epoch, phoneNumber } from '@dripfleet/domain';
import {
  addDevice,
  addOwnedDevice,
  openTestStore,
  type TestStore,
  untilWaiting,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cancelPairing,
  concludePairing,
  type DeviceClaim,
  findPairing,
  findPairingProgress,
  requestPairing,
  showChallenge,
} from '../src/index.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());

const minutes = (n: number) => durationMs(n * 60_000);
const challenge = Buffer.from('sealed');
const ask = async ({ deviceId }: DeviceClaim, validFor = minutes(5)) =>
  await requestPairing(store.db, deviceId, { method: 'qr', actor: 'test', validFor });
const show = async (claim: DeviceClaim, { requestedAt }: Awaited<ReturnType<typeof ask>>) =>
  await showChallenge(store.db, claim, { requestedAt, challenge, ttl: minutes(10) });
const look = async ({ deviceId }: DeviceClaim) => await findPairingProgress(store.db, deviceId);
const phoneOf = async ({ deviceId }: DeviceClaim) => {
  const [row] = await store.sql<{ phone: string | null }>(
    'select phone from devices where id = $1',
    [deviceId],
  );
  return row?.phone;
};

describe('a request to pair a device', () => {
  it('is found until it is concluded, and shows its challenge for 60 s at most', async () => {
    const claim = await addOwnedDevice(store, { phone: null });
    expect(await findPairing(store.db, claim.deviceId)).toBeUndefined();
    const request = await ask(claim);
    expect(await findPairing(store.db, claim.deviceId)).toEqual({
      method: 'qr',
      phone: undefined,
      ...request,
    });
    expect(await show(claim, request)).toBe('shown');
    const shown = await look(claim);
    expect(shown).toMatchObject({ state: 'waiting', challenge: { sealed: challenge } });
    expect(shown?.challenge?.validFor).toBeLessThanOrEqual(60_000);
    const phone = phoneNumber('+15558880001');
    const { requestedAt } = request;
    expect(
      await concludePairing(store.db, claim, { requestedAt, end: { kind: 'paired', phone } }),
    ).toBe('concluded');
    expect(await look(claim)).toMatchObject({ state: 'paired', challenge: undefined, phone });
    expect(await phoneOf(claim)).toBe(phone);
    expect(await findPairing(store.db, claim.deviceId)).toBeUndefined();
    const [row] = await store.sql('select challenge from pairings where device_id = $1', [
      claim.deviceId,
    ]);
    expect(row).toEqual({ challenge: null });
  });

  // A QR that ran out links nothing; one that is still shown afterwards keeps people scanning.
  it('never gives out a challenge that ran out, nor one of a request that did', async () => {
    const claim = await addOwnedDevice(store);
    await show(claim, await ask(claim));
    await store.sql(
      "update pairings set challenge_expires_at = now() - interval '1 ms' where device_id = $1",
      [claim.deviceId],
    );
    expect(await look(claim)).toMatchObject({ state: 'waiting', challenge: undefined });
    await show(claim, await ask(claim));
    await store.sql(
      "update pairings set expires_at = now() - interval '1 ms' where device_id = $1",
      [claim.deviceId],
    );
    expect(await look(claim)).toMatchObject({ state: 'expired', challenge: undefined });
    expect(await findPairing(store.db, claim.deviceId)).toBeUndefined();
  });

  it('that is replaced or cancelled takes no challenge and no end of the one before', async () => {
    const claim = await addOwnedDevice(store);
    const [old, current] = [await ask(claim), await ask(claim)];
    expect(current.requestedAt).toBeGreaterThan(old.requestedAt);
    expect(await show(claim, old)).toBe('gone');
    const end = { kind: 'failed', reason: 'old' } as const;
    await concludePairing(store.db, claim, { requestedAt: old.requestedAt, end });
    expect(await look(claim)).toMatchObject({ state: 'requested' });
    expect(await cancelPairing(store.db, claim.deviceId, old.requestedAt)).toBe(false);
    expect(await show(claim, current)).toBe('shown');
    expect(await cancelPairing(store.db, claim.deviceId, current.requestedAt)).toBe(true);
    expect(await look(claim)).toMatchObject({
      state: 'failed',
      reason: 'cancelled',
      challenge: undefined,
    });
    expect(await show(claim, current)).toBe('gone');
  });

  // A worker that lost the device would show the QR of a connection that is about to end.
  it('is served by the owner alone', async () => {
    const claim = await addOwnedDevice(store, { phone: null });
    const request = await ask(claim);
    const stale = { ...claim, epoch: epoch(6) };
    expect(await show(stale, request)).toBe('fenced');
    const phone = phoneNumber('+15558880002');
    expect(
      await concludePairing(store.db, stale, {
        requestedAt: request.requestedAt,
        end: { kind: 'paired', phone },
      }),
    ).toBe('fenced');
    expect(await look(claim)).toMatchObject({ state: 'requested' });
    expect(await phoneOf(claim)).toBeNull();
  });

  // The phone has linked it, whether or not somebody still waited for that.
  it('gives the device its number even when it was cancelled meanwhile', async () => {
    const claim = await addOwnedDevice(store, { phone: null });
    const { requestedAt } = await ask(claim);
    await cancelPairing(store.db, claim.deviceId, requestedAt);
    const phone = phoneNumber('+15558880003');
    await concludePairing(store.db, claim, { requestedAt, end: { kind: 'paired', phone } });
    expect(await phoneOf(claim)).toBe(phone);
    expect(await look(claim)).toMatchObject({ state: 'failed', reason: 'cancelled' });
  });

  // The check of the statement sees only what is committed; a throw would leave what was linked in use.
  it('fails with its reason when another device gets the number at the same time', async () => {
    const claim = await addOwnedDevice(store, { phone: null });
    const rival = await addOwnedDevice(store, { phone: null });
    const { requestedAt } = await ask(claim);
    const other = await store.connect();
    await other.sql('begin');
    await other.sql("update devices set phone = '+15558880005' where id = $1", [rival.deviceId]);
    const end = { kind: 'paired', phone: phoneNumber('+15558880005') } as const;
    const outcome = concludePairing(store.db, claim, { requestedAt, end });
    await untilWaiting(store);
    await other.sql('commit');
    await other.close();
    expect(await outcome).toBe('phone_taken');
    expect(await look(claim)).toMatchObject({ state: 'failed' });
  });

  it('fails when the phone has another number than the device, or one that another device has', async () => {
    const numbered = await addOwnedDevice(store);
    const before = await phoneOf(numbered);
    await addDevice(store, { phone: '+15558880004' });
    const free = await addOwnedDevice(store, { phone: null });
    const end = { kind: 'paired', phone: phoneNumber('+15558880004') } as const;
    for (const [claim, outcome] of [
      [numbered, 'other_phone'],
      [free, 'phone_taken'],
    ] as const) {
      const { requestedAt } = await ask(claim);
      expect(await concludePairing(store.db, claim, { requestedAt, end })).toBe(outcome);
      expect(await look(claim)).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('number'),
      });
    }
    expect([await phoneOf(numbered), await phoneOf(free)]).toEqual([before, null]);
  });
});
