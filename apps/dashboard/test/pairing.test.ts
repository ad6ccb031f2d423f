import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile, type Keyring, openKeyring, sealChallenge } from '@dripfleet/credentials';
import { durationMs } from '@dripfleet/domain';
import { readPairing } from '@dripfleet/operations';
import { showChallenge } from '@dripfleet/store';
import { addOwnedDevice, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, openTestDashboard, type TestDashboard } from './open-test-dashboard.ts';

let folder: string;
let keyring: Keyring;
let dashboard: TestDashboard;
let store: TestStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-pairing-'));
  await createKeyFile(join(folder, 'keys'));
  keyring = await openKeyring(join(folder, 'keys'));
  dashboard = await openTestDashboard({ keyring });
  ({ store } = dashboard);
});
afterAll(async () => {
  await dashboard.close();
  await rm(folder, { recursive: true });
});

const unlinked = { session_state: 'closed' };
const scanned = '2@what-the-phone-scans';

async function ask(method: 'GET' | 'POST' | 'DELETE', name: string, headers = {}) {
  return await dashboard.server.inject({
    method,
    url: `/api/v1/devices/${name}/pairing`,
    headers: { ...bearer(dashboard.keys.operator), ...headers },
    ...(method === 'POST' && { payload: { method: 'qr' } }),
  });
}

/** As the worker that owns the device does once WhatsApp has answered. */
async function show(claim: Awaited<ReturnType<typeof addOwnedDevice>>, name: string) {
  const reading = await readPairing(store.db, keyring, name);
  if (reading.kind !== 'requested') throw new Error(reading.kind);
  const { requestedAt } = reading;
  const of = { deviceId: claim.deviceId, requestedAt };
  const challenge = await sealChallenge(keyring, of, scanned);
  await showChallenge(store.db, claim, { requestedAt, challenge, ttl: durationMs(20_000) });
}

describe('pairing', () => {
  test('is asked for, drawn once its worker shows it, and withdrawn', async () => {
    const claim = await addOwnedDevice(store, { name: 'new-phone', ...unlinked });
    expect((await ask('POST', 'new-phone')).json()).toEqual({ kind: 'requested' });
    expect(dashboard.told).toContain(`announce ${claim.deviceId}`);
    await show(claim, 'new-phone');
    const { body, json } = await ask('GET', 'new-phone');
    const { qr, ...rest } = json<{ qr: readonly string[] }>();
    expect(rest).toEqual({ kind: 'waiting', method: 'qr', validForMs: expect.any(Number) });
    expect(new Set(qr.map((row) => row.length))).toEqual(new Set([qr.length]));
    expect(qr.join('')).toMatch(/^[01]{400,}$/);
    // The page draws it: its text is nowhere on the way.
    expect(body).not.toContain(scanned);
    expect((await ask('DELETE', 'new-phone')).statusCode).toBe(204);
    expect((await ask('GET', 'new-phone')).json()).toEqual({ kind: 'failed', reason: 'cancelled' });
  });

  test('is not kept under an Idempotency-Key: whoever reads the database later can’t link a phone', async () => {
    const claim = await addOwnedDevice(store, { name: 'kept-phone', ...unlinked });
    await ask('POST', 'kept-phone');
    await show(claim, 'kept-phone');
    const headers = { 'idempotency-key': 'pair-1' };
    await ask('POST', 'kept-phone', headers);
    expect(await store.sql('select from idempotency_keys')).toEqual([]);
  });

  test('is nothing that whoever only looks may see', async () => {
    await addOwnedDevice(store, { name: 'seen-phone' });
    const headers = bearer(dashboard.keys.viewer);
    expect((await ask('GET', 'seen-phone', headers)).statusCode).toBe(403);
  });

  test('of a device that is drained says what to do first', async () => {
    await addOwnedDevice(store, { name: 'drained-phone', ...unlinked, desired_state: 'drained' });
    const refused = await ask('POST', 'drained-phone');
    expect(refused.json()).toMatchObject({ code: 'conflict', detail: expect.any(String) });
    expect(refused.json<{ detail: string }>().detail).toContain('resume it first');
  });
});
