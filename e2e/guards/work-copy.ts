import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';

/** No test needs them. Compiled files stay: the set-up of the tests is not run from source. */
const skipped = new Set(['.git', '.turbo', '.dripfleet', 'results', 'coverage']);
/** Caches, which each copy makes for itself. */
const caches = new Set(['.vite', '.vite-temp', '.cache']);

/**
 * Copies the repository into `to`, which must not exist. Links between our packages lead into the copy; libraries are the
 * original's.
 */
export async function copyRepository(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (skipped.has(name) || name === 'node_modules') continue;
    await cp(path.join(from, name), path.join(to, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !skipped.has(path.basename(source)),
    });
  }
  await linkLibraries(path.join(from, 'node_modules'), path.join(to, 'node_modules'));
}

async function linkLibraries(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    if (caches.has(name)) continue;
    const source = path.join(from, name);
    const target = path.join(to, name);
    // Relative links to our packages, which must stay in the copy.
    if (name === '@dripfleet')
      await cp(source, target, { recursive: true, verbatimSymlinks: true });
    else await symlink(source, target);
  }
}
