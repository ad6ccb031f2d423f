import { createTestRedis, type TestRedis } from '@dripfleet/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openRedis, Subscriptions, whenReady } from '../src/index.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(async () => await redis.release());

// Guards against a scheduler that hears no nudge, and a worker that hears no pause, until its connection breaks.
test('whoever subscribes hears, at whatever moment of the connection it subscribed', async () => {
  const publisher = openRedis(redis.url, { connectionName: 'test', use: 'commands' });
  await whenReady(publisher);
  const moments = ['opened', 'connect', 'ready'] as const;
  for (const moment of moments) {
    const connection = openRedis(redis.url, { connectionName: 'test', use: 'subscriptions' });
    const subscriptions = new Subscriptions(connection);
    const channel = `test:subscriptions:${moment}:${process.pid}`;
    const heard: string[] = [];
    const subscribe = () => subscriptions.subscribe(channel, (message) => heard.push(message));
    if (moment === 'opened') subscribe();
    else connection.once(moment, subscribe);
    await whenReady(connection);
    await vi.waitFor(async () =>
      expect(await publisher.pubsub('NUMSUB', channel)).toEqual([channel, 1]),
    );
    await publisher.publish(channel, 'nudge');
    await vi.waitFor(() => expect({ moment, heard }).toEqual({ moment, heard: ['nudge'] }));
    connection.disconnect();
  }
  publisher.disconnect();
});
