import { addDevice, addRun, addSequence } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, openTestDashboard, type TestDashboard } from './open-test-dashboard.ts';

type BoardQueue = Readonly<{
  name: string;
  displayName: string;
  description?: string;
  isPaused: boolean;
  readOnlyMode: boolean;
  hasWorkers: unknown;
}>;

describe('the queue board', () => {
  let dashboard: TestDashboard;

  beforeAll(async () => {
    dashboard = await openTestDashboard();
    const { store } = dashboard;
    const sequence = await addSequence(store);
    for (const name of ['busy-1', 'busy-2', 'quiet-1']) {
      const labels = JSON.stringify({ team: name.endsWith('1') ? 'br' : 'mx' });
      const device = await addDevice(store, { name, labels });
      if (name.startsWith('busy'))
        await addRun(store, device, { sequence_id: sequence, dispatch_state: 'queued' });
    }
  });
  afterAll(async () => await dashboard?.close());

  /** What the board draws in a view, as the browser asks for it. */
  async function look(
    view: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<readonly BoardQueue[]> {
    const chosen = await get(`/queues/view?scope=${encodeURIComponent(view)}`);
    const cookie = String(chosen.headers['set-cookie']).split(';')[0] ?? '';
    const answer = await get('/queues/api/queues?activeQueue=&page=1&jobsPerPage=10', {
      cookie,
      ...headers,
    });
    expect(answer.statusCode).toBe(200);
    return answer.json<{ queues: readonly BoardQueue[] }>().queues;
  }
  const get = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
    await dashboard.server.inject({
      url,
      headers: { ...bearer(dashboard.keys.viewer), ...headers },
    });
  const namesOf = (queues: readonly BoardQueue[]) => queues.map(({ name }) => name).toSorted();

  // Each queue costs a look of Redis and is drawn: at 3,000 of them that is an outage.
  test('shows the view that was chosen, and no other queue', async () => {
    expect(namesOf(await look('hot'))).toEqual(['busy-1', 'busy-2']);
    expect(namesOf(await look('search:team=br'))).toEqual(['busy-1', 'quiet-1']);
    expect(namesOf(await look('device:quiet-1'))).toEqual(['quiet-1']);
  });

  test('a link to the queue of a device works whatever the view', async () => {
    const referer = 'http://localhost/queues/queue/quiet-1?status=latest';
    expect(namesOf(await look('hot', { referer }))).toEqual(['busy-1', 'busy-2', 'quiet-1']);
    const chosen = await get('/queues/view?scope=device:quiet-1');
    expect(chosen.headers.location).toBe('/queues/queue/quiet-1');
  });

  // Bull Board would ask Redis for all its clients, once for each queue.
  test('asks nobody for workers', async () => {
    for (const { hasWorkers } of await look('hot')) expect(hasWorkers).toBeNull();
    const workers = await get('/queues/api/queues/busy-1/workers');
    expect(workers.body).not.toContain('addr');
  });

  test('pause and drain are the device’s, with its reason', async () => {
    const { store } = dashboard;
    await store.sql(
      "update devices set desired_state = 'draining', desired_reason = 'new SIM' where name = 'busy-2'",
    );
    await expect
      .poll(async () => await look('device:busy-2'), { timeout: 5_000, interval: 300 })
      .toMatchObject([
        {
          displayName: 'busy-2 · draining',
          description: 'new SIM',
          isPaused: true,
          readOnlyMode: true,
        },
      ]);
  });

  test('a device that is gone takes its queue along; one of the same name has its own', async () => {
    const { store } = dashboard;
    await store.sql("delete from devices where name = 'quiet-1'");
    await expect
      .poll(async () => await look('device:quiet-1'), { timeout: 5_000, interval: 300 })
      .toEqual([]);
    await addDevice(store, { name: 'quiet-1' });
    await expect
      .poll(async () => namesOf(await look('device:quiet-1')), { timeout: 5_000, interval: 300 })
      .toEqual(['quiet-1']);
  });

  test('nobody changes anything there', async () => {
    const answers: number[] = [];
    for (const action of ['pause', 'resume', 'empty', 'retry/failed', 'add']) {
      const answer = await dashboard.server.inject({
        method: action === 'add' ? 'POST' : 'PUT',
        url: `/queues/api/queues/busy-1/${action}`,
        headers: bearer(dashboard.keys.admin),
      });
      answers.push(answer.statusCode);
    }
    expect(answers.filter((code) => code !== 403 && code !== 404)).toEqual([]);
  });

  test('its page names nothing of elsewhere', async () => {
    const page = await get('/queues/', { accept: 'text/html' });
    expect(page.body).toContain('<base href="/queues/"');
    expect(page.body).not.toMatch(/(?:href|src)="https?:/);
    expect(page.headers['content-security-policy']).toContain("base-uri 'self'");
  });
});
