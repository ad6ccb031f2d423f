import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { openLab } from './lab.ts';

/** Of the codecs this one stands in the module cache that a process can look into. */
function isSignalLoaded(): boolean {
  return Object.keys(createRequire(import.meta.url).cache).some((file) =>
    file.includes('libsignal'),
  );
}

// Guards the start and the size of a simulator that never meets a WhatsApp client.
it('the light protocol and its rules load nothing of the WhatsApp protocol', async () => {
  await using lab = await openLab();
  await lab.connect('+15550000001');
  expect(await lab.stats()).toMatchObject({ logins: 0, queries: 0, paired: 0 });
  expect(isSignalLoaded()).toBe(false);
  await lab.get('/certificate');
  expect(isSignalLoaded()).toBe(true);
});
