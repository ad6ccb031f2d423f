import { parseConfig, runProcess } from '../src/index.ts';

/** A process for run-process.test.ts: says what it does on stdout. */
await runProcess('test', async ({ env, onStop, ready, logger }) => {
  if (env['BREAK'] === 'config') parseConfig({}, ['DATABASE_URL']);
  onStop('first', () => {
    process.stdout.write('first stopped\n');
  });
  if (env['BREAK'] === 'start') throw new Error('no luck with +15559990001');
  onStop('second', () => {
    process.stdout.write('second stopped\n');
    if (env['BREAK'] === 'stop') throw new Error('stuck');
  });
  logger.info({ phone: '+15559990001', note: 'to 15559990001@s.whatsapp.net' }, 'canary');
  // As ioredis rejects an AUTH, also inside a transaction.
  const refused = Object.assign(new Error('WRONGPASS'), {
    command: { name: 'auth', args: ['canary-secret'] },
  });
  const outer = Object.assign(new Error('EXECABORT', { cause: refused }), {
    code: 'E_OUTER',
    args: ['canary-secret'],
    previousErrors: [refused],
  });
  logger.warn({ where: 'here', err: refused, error: outer }, 'refused');
  logger.warn(outer);
  ready({ port: 1234 });
});
