import { deviceId } from '@dripfleet/domain';
import { runProcess } from '@dripfleet/runtime';
import { startWorker } from '@dripfleet/worker';
import { CrashSwitch } from './crash-switch.ts';
import { decorateWorker } from './decorate-worker.ts';
import { WriteWatch } from './watch-writes.ts';

/**
 * The production worker, which kills itself at the point that CRASH_AT names. It sees no devices but those of
 * CRASH_DEVICES (their ids, with commas). From SIGUSR2 on it believes that it has twice its share.
 */
await runProcess('worker', async (context) => {
  const { env } = context;
  let isShedding = false;
  process.on('SIGUSR2', () => {
    isShedding = true;
  });
  const network = env['TRANSPORT'] === 'baileys' ? env['WHATSAPP_URL'] : env['SIMULATOR_URL'];
  const ids = (env['CRASH_DEVICES'] ?? '').split(',').filter((id) => id !== '');
  const crash = CrashSwitch.fromEnvironment(env);
  const writes = new WriteWatch(Number(new URL(network ?? '').port));
  const only = new Set(ids.map((id) => deviceId(Number(id))));
  await startWorker(context, {
    decorate: (parts) => decorateWorker(parts, { crash, writes, only, mayShed: () => isShedding }),
  });
});
