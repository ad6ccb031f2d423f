import type { Keyring } from '@dripfleet/credentials';
import { durationMs } from '@dripfleet/domain';
import { openRedis, whenReady } from '@dripfleet/fleet';
import { createApiKey } from '@dripfleet/operations';
import { Metrics, openLogger, systemClock } from '@dripfleet/runtime';
import { createTestRedis, openTestStore, type TestRedis, type TestStore } from '@dripfleet/testkit';
import type { ApiServer, Tell } from '../src/api/api-context.ts';
import { openDashboardServer } from '../src/dashboard-server.ts';
import { FleetWatch } from '../src/fleet/fleet-watch.ts';
import type { Role } from '../src/wire.ts';

export type TestDashboard = Readonly<{
  server: ApiServer;
  store: TestStore;
  /** Keys to show, by the role that they give. */
  keys: Readonly<Record<Role, string>>;
  /** Who may use a route, by its method and path as it was registered. */
  access: ReadonlyMap<string, string>;
  /** What others were told, in order. */
  told: readonly string[];
  close(): Promise<void>;
}>;

/** A dashboard on real servers, asked without a socket, except where a test opens one. */
export async function openTestDashboard({
  keyring,
}: Readonly<{ keyring?: Keyring }> = {}): Promise<TestDashboard> {
  const [store, testRedis]: [TestStore, TestRedis] = await Promise.all([
    openTestStore(),
    createTestRedis(),
  ]);
  const redis = openRedis(testRedis.url, { connectionName: 'test', use: 'commands' });
  await whenReady(redis);
  const stopping = new AbortController();
  const told: string[] = [];
  const steal = durationMs(24_000);
  const access = new Map<string, string>();
  const server = await openDashboardServer({
    onRoute: ({ method, url, config }) => {
      for (const one of [method].flat()) access.set(`${one} ${url}`, config?.access ?? 'nobody');
    },
    db: store.db,
    redis,
    watch: new FleetWatch({
      clock: systemClock,
      db: store.db,
      steal,
      signal: stopping.signal,
      onError: () => {},
    }),
    keyring,
    stopping: stopping.signal,
    logger: openLogger({ name: 'dashboard', level: 'silent' }),
    policy: {
      steal,
      defaults: {
        caps: [{ max: 80, window: durationMs(3_600_000) }],
        gap: { min: durationMs(5_000), max: durationMs(15_000) },
      },
    },
    tell: tellInto(told),
    readiness: async () => ({ ok: true }),
    metrics: new Metrics(),
  });
  const keys = {
    viewer: await keyFor(store, 'viewer'),
    operator: await keyFor(store, 'operator'),
    admin: await keyFor(store, 'admin'),
  };
  return {
    server,
    store,
    keys,
    access,
    told,
    close: async () => {
      stopping.abort();
      await server.close();
      redis.disconnect();
      await Promise.all([store.close(), testRedis.release()]);
    },
  };
}

function tellInto(told: string[]): Tell {
  const note = (how: string) => async (devices: readonly number[]) => {
    if (devices.length > 0) told.push(`${how} ${devices.join(',')}`);
  };
  return { announce: note('announce'), nudge: note('nudge'), emptyQueues: note('empty') };
}

async function keyFor({ db }: TestStore, role: Role): Promise<string> {
  const created = await createApiKey(db, { name: `test-${role}`, role, actor: 'test' });
  if (created.kind !== 'created') throw new Error('the key was not made');
  return created.token;
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
