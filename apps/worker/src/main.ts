import { runProcess } from '@dripfleet/runtime';
import { startWorker } from './start-worker.ts';

await runProcess('worker', startWorker);
