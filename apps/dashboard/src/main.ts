import { runProcess } from '@dripfleet/runtime';
import { startDashboard } from './start-dashboard.ts';

await runProcess('dashboard', startDashboard);
