import { runProcess } from '@dripfleet/runtime';
import { startScheduler } from './start-scheduler.ts';

await runProcess('scheduler', startScheduler);
