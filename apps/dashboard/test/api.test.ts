import { addDevice, addOwnedDevice, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, openTestDashboard, type TestDashboard } from './open-test-dashboard.ts';

let dashboard: TestDashboard;
let store: TestStore;
beforeAll(async () => {
  dashboard = await openTestDashboard();
  ({ store } = dashboard);
});
afterAll(async () => await dashboard.close());

const sequence = `name: welcome
steps:
  - key: hello
    delay: 0s
    text: 'Hi {{ first_name | default: "there" }}'
`;

type Ask = Readonly<{
  role?: 'viewer' | 'operator' | 'admin';
  headers?: Record<string, string>;
  body?: unknown;
  type?: string;
}>;

async function ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH', url: string, given: Ask = {}) {
  const { role = 'admin', headers, body, type = 'application/json' } = given;
  return await dashboard.server.inject({
    method,
    url: `/api/v1${url}`,
    headers: {
      ...bearer(dashboard.keys[role]),
      ...(body !== undefined && { 'content-type': type }),
      ...headers,
    },
    ...(body !== undefined && { payload: body as string }),
  });
}

describe('devices', () => {
  test('are added, listed page by page, shown and changed', async () => {
    const names = ['api-1', 'api-2', 'api-3'];
    const added = await ask('POST', '/devices', {
      body: { names, phone: '+15559990001', labels: { team: 'br' }, caps: ['40/1h'] },
    });
    expect(added.statusCode).toBe(201);
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const cursor: string = next === undefined ? '' : `&cursor=${next}`;
      const page = (await ask('GET', `/devices?label=team%3Dbr&limit=2${cursor}`)).json();
      seen.push(...page.devices.map((device: { name: string }) => device.name));
      next = page.next;
    } while (next !== undefined);
    expect(seen).toEqual(names);
    const changed = await ask('PATCH', '/devices/api-1', { body: { gap: '1s-2s' } });
    expect(changed.statusCode).toBe(200);
    const shown = (await ask('GET', '/devices/api-1')).json();
    expect(shown).toMatchObject({
      name: 'api-1',
      phone: '+15559990001',
      caps: [{ max: 40, window: '1h' }],
      gap: '1s-2s',
      state: 'running',
    });
    expect(shown.advice.length).toBeGreaterThan(0);
  });

  test('show no number in full to whoever only looks', async () => {
    await addDevice(store, { name: 'masked', phone: '+15551234567' });
    const { body } = await ask('GET', '/devices/masked', { role: 'viewer' });
    expect(body).toContain('masked');
    expect(body).not.toContain('5551234567');
  });

  test('that do not exist are named, with what may be meant', async () => {
    await addDevice(store, { name: 'shop-one' });
    const response = await ask('GET', '/devices/shop-on');
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ status: 404, code: 'not_found' });
    expect(response.json().detail).toContain('did you mean shop-one');
  });
});

describe('pause, resume and drain', () => {
  test('do what the commands do, say so, tell the workers, and are in the audit with who and why', async () => {
    const { deviceId } = await addOwnedDevice(store, { name: 'busy' });
    const paused = await ask('POST', '/devices/pause', {
      role: 'operator',
      body: { devices: ['busy'], reason: 'new SIM', for: '2h' },
    });
    expect(paused.json()).toEqual({
      devices: [{ name: 'busy', outcome: 'changed', state: 'paused', inFlight: 0, waiting: 0 }],
    });
    expect(dashboard.told).toContain(`announce ${deviceId}`);
    const shown = (await ask('GET', '/devices/busy')).json();
    expect(shown).toMatchObject({ state: 'paused', reason: 'new SIM' });
    expect(shown.pausedUntil).toBeGreaterThan(Date.now() + 7_000_000);
    const { actions } = (await ask('GET', '/audit?object=device%3Abusy')).json();
    expect(actions[0]).toMatchObject({
      actor: 'key:test-operator',
      action: 'device.pause',
      reason: 'new SIM',
    });
    const resumed = await ask('POST', '/devices/resume', { body: { devices: ['busy'] } });
    expect(resumed.json().devices[0]).toMatchObject({ outcome: 'changed' });
    expect(dashboard.told).toContain(`nudge ${deviceId}`);
    const drained = await ask('POST', '/devices/drain', { body: { devices: ['busy'] } });
    expect(drained.json().devices[0]).toMatchObject({ name: 'busy', state: 'draining' });
  });

  test.each([{}, { devices: ['busy'], all: true }, { labels: {} }, { devices: [] }])(
    'want to know exactly which devices: %j',
    async (body) => {
      const response = await ask('POST', '/devices/pause', { body });
      expect(response.statusCode).toBe(400);
      expect(response.json().code).toBe('invalid_request');
    },
  );

  test('of one unknown name among others change none', async () => {
    await addDevice(store, { name: 'kept' });
    const body = { devices: ['kept', 'nobody'] };
    expect((await ask('POST', '/devices/pause', { body })).statusCode).toBe(404);
    expect((await ask('GET', '/devices/kept')).json().state).toBe('running');
  });
});

describe('contacts', () => {
  test('are enrolled, explained, exited and suppressed', async () => {
    await addDevice(store, { name: 'sender' });
    const applied = await ask('PUT', '/sequences', { body: sequence, type: 'text/yaml' });
    expect(applied.json()).toMatchObject({ outcome: 'published', version: 1 });
    const person = {
      sequence: 'welcome',
      phone: '+12025550101',
      consentSource: 'web form',
      device: 'sender',
    };
    const enrolled = await ask('POST', '/enrollments', { role: 'operator', body: person });
    expect(enrolled.json()).toMatchObject({ device: 'sender', dryRun: false });
    const again = await ask('POST', '/enrollments', { role: 'operator', body: person });
    expect(again.json()).toMatchObject({ status: 409, code: 'conflict' });
    const { sequence: name, phone } = person;
    const why = await ask('POST', '/explanations', {
      role: 'viewer',
      body: { sequence: name, phone },
    });
    expect(why.json().reasons[0]).toHaveProperty('rule');
    expect(why.body).not.toContain('2025550101');
    const gone = await ask('POST', '/exits', { body: { sequence: name, phone } });
    expect(gone.json()).toEqual({ outcome: 'exited' });
    const never = await ask('POST', '/suppressions', { body: { phone } });
    expect(never.json()).toMatchObject({ outcome: 'suppressed' });
    const refused = await ask('POST', '/enrollments', { body: person });
    expect(refused.json()).toMatchObject({ status: 403, code: 'not_allowed' });
  });

  test('without consent are refused, and the field is named', async () => {
    const body = { sequence: 'welcome', phone: '+12025550102', consentSource: ' ' };
    const { detail, code } = (await ask('POST', '/enrollments', { body })).json();
    expect([code, detail]).toEqual(['invalid_request', expect.stringContaining('consent_source')]);
  });

  test('of a file are enrolled row by row; what is wrong is told by line', async () => {
    const csv = 'phone,consent_source,device\n+12025550111,form,sender\nnonsense,form,sender\n';
    const imported = await ask('POST', '/imports?sequence=welcome', {
      role: 'operator',
      body: csv,
      type: 'text/csv',
    });
    expect(imported.json()).toMatchObject({ rows: 2, enrolled: 1, rejected: 1 });
    expect(imported.json().rejectedRows[0]).toMatchObject({ line: 3, column: 'phone' });
    const broken = await ask('POST', '/imports?sequence=welcome', {
      body: 'a,b\n',
      type: 'text/csv',
    });
    expect(broken.statusCode).toBe(422);
    expect(broken.json().problems.length).toBeGreaterThan(0);
  });
});

test('a sequence file that is wrong says where and how to mend it', async () => {
  const body = sequence.replace('delay: 0s', 'delay: soon');
  const response = await ask('PUT', '/sequences', { body, type: 'text/yaml' });
  expect(response.statusCode).toBe(422);
  expect(response.json().problems[0]).toMatchObject({ line: 4, fix: expect.any(String) });
});

describe('an Idempotency-Key', () => {
  const body = { names: ['once'] };
  const headers = { 'idempotency-key': 'k-1' };

  test('makes a change that is asked twice happen once, and both hear the same', async () => {
    const first = await ask('POST', '/devices', { body, headers });
    const second = await ask('POST', '/devices', { body, headers });
    expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
    expect(second.body).toBe(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect((await ask('POST', '/devices', { body })).json().code).toBe('conflict');
  });

  test('of another request is refused, and that of another key is another one', async () => {
    const other = await ask('POST', '/devices', { body: { names: ['twice'] }, headers });
    expect(other.json()).toMatchObject({ status: 422, code: 'key_reused' });
    const pause = { body: { devices: ['once'] }, headers };
    const operator = await ask('POST', '/devices/pause', { ...pause, role: 'operator' });
    expect(operator.statusCode).toBe(200);
  });

  test('under which somebody works is waited for', async () => {
    const hold = await store.connect();
    await hold.sql('begin');
    await hold.sql("select 1 from devices where name = 'once' for update");
    const slow = { 'idempotency-key': 'k-2' };
    const change = { body: { labels: { a: 'b' } }, headers: slow };
    const first = ask('PATCH', '/devices/once', change);
    await expect
      .poll(async () => await store.sql('select from idempotency_keys where status is null'))
      .toHaveLength(1);
    const second = await ask('PATCH', '/devices/once', change);
    expect(second.json()).toMatchObject({ status: 409, code: 'key_in_use' });
    await hold.sql('rollback');
    await hold.close();
    expect((await first).statusCode).toBe(200);
  });
});

describe('bad input', () => {
  test.each([
    ['no JSON', '{'],
    ['another shape', '[]'],
    ['a wrong type', '{"names": 5}'],
    ['a polluted prototype', '{"names":["x"],"__proto__":{"a":1}}'],
  ])('%s is refused as such', async (_, body) => {
    const response = await ask('POST', '/devices', { body });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'invalid_request' });
  });

  test('of any size is refused before it is read whole', async () => {
    const body = JSON.stringify({ names: ['a'.repeat(2_000_000)] });
    expect((await ask('POST', '/devices', { body })).json().code).toBe('too_large');
  });

  test('in names runs nowhere: what is not a name is refused, and texts come back as JSON', async () => {
    const script = '<script>alert(1)</script>';
    const refused = await ask('POST', '/devices', { body: { names: [script] } });
    expect(refused.statusCode).toBe(400);
    await ask('POST', '/devices/pause', { body: { devices: ['kept'], reason: script } });
    const shown = await ask('GET', '/devices/kept');
    expect(shown.headers['content-type']).toContain('application/json');
    expect(shown.json().reason).toBe(script);
  });
});

test('the fleet is told live: a snapshot, then what changes', async () => {
  const address = await dashboard.server.listen({ port: 0, host: '127.0.0.1' });
  const abort = new AbortController();
  const response = await fetch(`${address}/api/v1/events`, {
    headers: bearer(dashboard.keys.viewer),
    signal: abort.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  await expect.poll(() => text).toContain('event: snapshot');
  await store.sql('update devices set labels = \'{"live":"yes"}\' where name = \'kept\'');
  await expect.poll(() => text, { timeout: 5_000 }).toMatch(/event: delta\ndata: .*"live":"yes"/);
  expect(text).toMatch(/event: pulse\ndata: \{"at":\d+/);
  abort.abort();
  await reading;
});

test('the description is OpenAPI 3.1, and names every route of the API', async () => {
  const headers = bearer(dashboard.keys.viewer);
  const response = await dashboard.server.inject({ url: '/openapi.json', headers });
  const document = response.json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/api/v1/devices/{name}');
  expect(Object.keys(document.paths).filter((path) => !path.startsWith('/api/v1/'))).toEqual([]);
  const page = await dashboard.server.inject({ url: '/docs', headers });
  expect([200, 302]).toContain(page.statusCode);
});
