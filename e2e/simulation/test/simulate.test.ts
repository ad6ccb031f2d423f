import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../dist/simulation/main.js', import.meta.url));
const run = promisify(execFile);

/** What the program said; rejects, with that, when it found something. */
async function simulate(...options: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [program, ...options], { maxBuffer: 2 ** 26 });
  return stdout;
}

// The engine through 2,000 series of faults: nothing twice under a second id, nothing lost, nothing after an opt-out.
test('no promise is broken in 2,000 seeds', { timeout: 1_800_000 }, async () => {
  expect(await simulate('--seeds', '2000')).toContain('2000 runs, 0 of them broke a promise');
});

test('a seed is shown with everything that happens in it', async () => {
  const shown = await simulate('--seed', '7', '--verbose');
  for (const part of ['FAULT', 'network', 'worker', 'healed', '1 runs, 0 of them']) {
    expect(shown).toContain(part);
  }
});

test('an option that is wrong is refused with code 2', async () => {
  await expect(simulate('--seeds', 'many')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--seeds "many"') as string,
  });
});
