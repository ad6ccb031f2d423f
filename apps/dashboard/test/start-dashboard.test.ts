import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createApiKey } from '@dripfleet/operations';
import {
  addDevice,
  createTestRedis,
  openTestStore,
  type TestRedis,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bearer } from './open-test-dashboard.ts';

let store: TestStore;
let redis: TestRedis;
let headers: Record<string, string>;
beforeAll(async () => {
  [store, redis] = await Promise.all([openTestStore(), createTestRedis()]);
  const created = await createApiKey(store.db, { name: 'test', role: 'admin', actor: 'test' });
  if (created.kind !== 'created') throw new Error(created.kind);
  headers = bearer(created.token);
});
afterAll(async () => {
  await Promise.all([store.close(), redis.release()]);
});

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

const main = new URL('../src/main.ts', import.meta.url).pathname;

/** The program as its image starts it, from source, saying everything it can say. */
async function start(redisUrl: string) {
  const options = ['--import', 'tsx', '--conditions=@dripfleet/source'];
  const started = spawn(process.execPath, [...options, main], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: store.url,
      REDIS_URL: redisUrl,
      PORT: '0',
      LOG_LEVEL: 'trace',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = started;
  const lines: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(started.stderr).on('line', (line) => {
      lines.push(line);
      const said = line.startsWith('{')
        ? (JSON.parse(line) as { msg: string; port: number })
        : undefined;
      if (said?.msg === 'process.ready') resolve(said.port);
    });
    started.once('exit', () => reject(new Error(lines.join('\n'))));
  });
  const ask = async (path: string, { body, cookie }: { body?: string; cookie?: string } = {}) =>
    await fetch(`http://127.0.0.1:${port}${path}`, {
      ...(body !== undefined && { method: 'POST', body }),
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(cookie !== undefined && { cookie }),
      },
    });
  const stop = async () => {
    started.kill('SIGTERM');
    return ((await once(started, 'close')) as [number | null])[0];
  };
  return { ask, stop, lines };
}

describe('the process', () => {
  test('serves, says nothing of whom it was asked about, and ends when it is told to', async () => {
    const { ask, stop, lines } = await start(redis.url);
    await addDevice(store, { name: 'ana' });
    const phone = '+12025550199';
    const text = 'a-text-that-nobody-may-read';
    const asked = [
      ['/api/v1/enrollments', { sequence: text, phone, consentSource: text }],
      ['/api/v1/explanations', { sequence: 'none', phone }],
      ['/api/v1/suppressions', { phone, reason: text }],
      ['/api/v1/suppressions', { phone: { not: phone } }],
      ['/api/v1/enrollments', `{"phone":"${phone}",`],
      [`/api/v1/devices/${encodeURIComponent(phone)}/pairing`, { method: 'code', phone }],
    ] as const;
    for (const [path, body] of asked) {
      const sent = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await ask(path, { body: sent });
      expect(response.status).not.toBe(500);
    }
    expect((await ask('/readyz')).status).toBe(200);
    const metrics = await (await ask('/metrics')).text();
    expect(metrics).toMatch(/dripfleet_http_requests_total\{status="4xx"\} [4-6]/);
    expect(await stop()).toBe(0);
    const said = `${lines.join('\n')}\n${metrics}`;
    expect(said).toContain('process.ready');
    for (const secret of ['2025550199', text, headers['authorization'] ?? ''])
      expect(said).not.toContain(secret);
  });

  test('shows the fleet while Redis is out of reach, and answers for the queues at once', async () => {
    await addDevice(store, { name: 'bia' });
    const { ask, stop } = await start('redis://127.0.0.1:1');
    const fleet = (await (await ask('/api/v1/fleet')).json()) as { devices: { name: string }[] };
    expect(fleet.devices.map(({ name }) => name)).toContain('bia');
    const paused = await ask('/api/v1/devices/pause', {
      body: JSON.stringify({ devices: ['bia'] }),
    });
    expect(await paused.json()).toMatchObject({ unannounced: true });
    const view = { cookie: 'dripfleet_queues=device%3Abia' };
    const queues = await ask('/queues/api/queues?activeQueue=&page=1&jobsPerPage=10', view);
    expect(queues.status).toBe(503);
    expect(await stop()).toBe(0);
  });
});
