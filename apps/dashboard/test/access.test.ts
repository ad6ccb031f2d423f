import { addDevice, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, openTestDashboard, type TestDashboard } from './open-test-dashboard.ts';

let dashboard: TestDashboard;
let store: TestStore;
beforeAll(async () => {
  dashboard = await openTestDashboard();
  ({ store } = dashboard);
  await addDevice(store, { name: 'ana' });
});
afterAll(async () => await dashboard.close());

type Route = Readonly<{ method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; url: string }>;

/** Every route that is registered, plugins’ too, with something in the place of each parameter. */
function allRoutes(): readonly Route[] {
  return [...dashboard.access.keys()].flatMap((line) => {
    const [method = '', url = ''] = line.split(' ');
    const isAsked = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
    const filled = url.replaceAll(/:[a-zA-Z]+/g, 'ana').replaceAll('*', 'x');
    return isAsked ? [{ method: method as Route['method'], url: filled }] : [];
  });
}

const publicRoutes = new Set([
  'GET /healthz',
  'GET /readyz',
  'GET /login',
  'POST /login',
  'GET /login.css',
]);

/** The routes that answer with another status than these, each after that status. */
async function whoIsAnswered(
  routes: readonly Route[],
  headers: Record<string, string>,
  refusals: readonly number[],
): Promise<readonly string[]> {
  const answered: string[] = [];
  for (const route of routes) {
    const { statusCode } = await dashboard.server.inject({ ...route, headers });
    if (!refusals.includes(statusCode)) answered.push(`${statusCode} ${nameOf(route)}`);
  }
  return answered;
}

const nameOf = ({ method, url }: Route) => `${method} ${url}`;

describe('every route', () => {
  test('is known to this test', () => {
    const names = allRoutes().map(nameOf);
    expect(names).toContain('POST /api/v1/devices/pause');
    expect(names).toContain('GET /queues/api/queues');
    expect(names.length).toBeGreaterThan(50);
  });

  test('answers nobody without a key or a login, except the few that are public', async () => {
    const answered = await whoIsAnswered(allRoutes(), {}, [401]);
    expect(answered.filter((line) => !publicRoutes.has(line.slice(4)))).toEqual([]);
  });

  test('answers no page of another site, whatever key is shown', async () => {
    const headers = { ...bearer(dashboard.keys.admin), origin: 'https://evil.example' };
    expect(await whoIsAnswered(allRoutes(), headers, [403])).toEqual([]);
  });

  test('that changes something is refused to a viewer', async () => {
    const open = new Set(['POST /login', 'POST /logout', 'POST /api/v1/explanations']);
    const changes = allRoutes().filter(
      (route) => route.method !== 'GET' && !open.has(nameOf(route)),
    );
    expect(changes.length).toBeGreaterThan(20);
    expect(await whoIsAnswered(changes, bearer(dashboard.keys.viewer), [403])).toEqual([]);
  });

  test('of Bull Board that changes a queue is refused to everybody: that is the device’s', async () => {
    const changes = allRoutes().filter(
      ({ method, url }) => url.startsWith('/queues') && method !== 'GET',
    );
    expect(changes.length).toBeGreaterThan(5);
    expect(await whoIsAnswered(changes, bearer(dashboard.keys.admin), [403])).toEqual([]);
  });

  test('carries the headers that keep a browser safe', async () => {
    for (const url of ['/', '/login', '/queues/', '/docs', '/api/v1/me', '/nothing']) {
      const headers = bearer(dashboard.keys.viewer);
      const response = await dashboard.server.inject({ url, headers });
      expect(response.headers['content-security-policy']).toMatch(
        /default-src 'none'; script-src 'self';/,
      );
      expect(response.headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

describe('a key', () => {
  test.each(['', 'Bearer', 'Bearer x', 'Basic YTpi', `Bearer ${'a'.repeat(5_000)}`])(
    'that is none opens nothing: %j',
    async (authorization) => {
      const { statusCode } = await dashboard.server.inject({
        url: '/api/v1/me',
        headers: { authorization },
      });
      expect(statusCode).toBe(401);
    },
  );

  test('that is revoked opens nothing from that moment, nor does a login made with it', async () => {
    const { createApiKey, revokeApiKey } = await import('@dripfleet/operations');
    const request = { name: 'leaving', role: 'operator', actor: 'test' } as const;
    const created = await createApiKey(store.db, request);
    if (created.kind !== 'created') throw new Error('the key was not made');
    const login = await logIn(created.token);
    const ask = async (headers: Record<string, string>) =>
      (await dashboard.server.inject({ url: '/api/v1/me', headers })).statusCode;
    expect(await ask(bearer(created.token))).toBe(200);
    expect(await ask({ cookie: login })).toBe(200);
    await revokeApiKey(store.db, request);
    expect(await ask(bearer(created.token))).toBe(401);
    expect(await ask({ cookie: login })).toBe(401);
  });
});

describe('a browser', () => {
  test('without a login is shown where to log in', async () => {
    const headers = { accept: 'text/html' };
    const { statusCode, headers: answer } = await dashboard.server.inject({ url: '/', headers });
    expect([statusCode, answer.location]).toEqual([302, '/login']);
  });

  test('logs in with a key and out again', async () => {
    const cookie = await logIn(dashboard.keys.operator);
    const me = await dashboard.server.inject({ url: '/api/v1/me', headers: { cookie } });
    expect(me.json()).toEqual({ name: 'test-operator', role: 'operator' });
    const out = await dashboard.server.inject({
      method: 'POST',
      url: '/logout',
      headers: { cookie, origin: 'http://localhost:80' },
    });
    expect(out.headers['set-cookie']).toContain('Max-Age=0');
    const after = await dashboard.server.inject({ url: '/api/v1/me', headers: { cookie } });
    expect(after.statusCode).toBe(401);
  });

  test('with a wrong key stays out, and is told so without a cookie', async () => {
    const response = await postLogin('dfk_wrong');
    expect(response.statusCode).toBe(401);
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.body).toContain('unknown, expired or revoked');
  });

  test('changes nothing without saying that it is on a page of ours', async () => {
    const cookie = await logIn(dashboard.keys.operator);
    const pause = async (headers: Record<string, string>) =>
      await dashboard.server.inject({
        method: 'POST',
        url: '/api/v1/devices/pause',
        headers: { cookie, ...headers },
        payload: { devices: ['ana'] },
      });
    expect((await pause({})).json()).toMatchObject({ code: 'foreign_origin' });
    expect((await pause({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await pause({ 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200);
  });
});

async function postLogin(key: string) {
  return await dashboard.server.inject({
    method: 'POST',
    url: '/login',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ key }).toString(),
  });
}

async function logIn(key: string): Promise<string> {
  const response = await postLogin(key);
  expect(response.statusCode).toBe(303);
  return String(response.headers['set-cookie']).split(';')[0] ?? '';
}
