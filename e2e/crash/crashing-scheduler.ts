import { runProcess } from '@dripfleet/runtime';
import { startScheduler } from '@dripfleet/scheduler';
import { CrashSwitch } from './crash-switch.ts';
import { decorateScheduler } from './decorate-scheduler.ts';

/** The production scheduler, which kills itself at the point that CRASH_AT names. */
await runProcess('scheduler', async (context) => {
  const crash = CrashSwitch.fromEnvironment(context.env);
  await startScheduler(context, { decorate: (parts) => decorateScheduler(parts, crash) });
});
