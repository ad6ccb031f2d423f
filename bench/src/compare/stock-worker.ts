import { runProcess } from '@dripfleet/runtime';
import { startWorker } from '@dripfleet/worker';
import { withStockQueues } from './stock-queues.ts';

/** The production worker, over a stock BullMQ worker for each device. */
await runProcess('worker', async (context) => {
  const { REDIS_URL: redisUrl = '' } = context.env;
  await startWorker(context, { decorate: (parts) => withStockQueues(parts, redisUrl) });
});
