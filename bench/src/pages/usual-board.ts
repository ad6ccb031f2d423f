import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { deviceId } from '@dripfleet/domain';
import { openRedis, whenReady } from '@dripfleet/fleet';
import { openQueueView } from '@dripfleet/queue';
import { runSql } from '@dripfleet/testkit';
import fastify from 'fastify';

/** As its documentation has it: every queue, every setting at its default. */
// oxlint-disable-next-line node/no-process-env -- a program of its own: its parent says where the servers are
const { DATABASE_URL: databaseUrl = '', REDIS_URL: redisUrl = '' } = process.env;
const redis = openRedis(redisUrl, { connectionName: 'usual board', use: 'commands' });
await whenReady(redis);
/** A stock fleet has a connection for each queue and more; this is a small part of them. */
const others = Array.from({ length: 200 }, (_, at) =>
  openRedis(redisUrl, { connectionName: `other ${at}`, use: 'commands' }),
);
await Promise.all(others.map(async (one) => await whenReady(one)));
const rows = await runSql<{ id: string }>(databaseUrl, 'select id from devices order by id');
const serverAdapter = new FastifyAdapter();
serverAdapter.setBasePath('/queues');
createBullBoard({
  queues: rows.map(({ id }) => new BullMQAdapter(openQueueView(redis, deviceId(Number(id))))),
  serverAdapter,
});
const server = fastify();
await server.register(serverAdapter.registerPlugin(), { prefix: '/queues' });
await server.listen({ port: 0, host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
const [address] = server.addresses();
process.send?.({ ready: { port: typeof address === 'object' ? address.port : 0 } });
