import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFirstKey, createKeyFile, openKeyring } from '../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-keys-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

describe('a new key file', () => {
  it('is for its owner only, holds one key, and never takes the place of another', async () => {
    const file = join(folder, 'new');
    const name = await createKeyFile(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await openKeyring(file)).names).toEqual([name]);
    const before = await readFile(file, 'utf8');
    await expect(createKeyFile(file)).rejects.toMatchObject({
      code: 'key_file_unusable',
      message: expect.stringContaining('exists already'),
    });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['new']);
    await expect(createKeyFile(join(folder, 'none', 'new'))).rejects.toThrow('ENOENT');
  });

  it('gets a further first key without losing one, and keeps its mode', async () => {
    const file = join(folder, 'grown');
    const first = await createKeyFile(file);
    await chmod(file, 0o640);
    const second = await addFirstKey(file);
    const keyring = await openKeyring(file);
    expect(keyring.names).toEqual([second, first]);
    expect((await readFile(file, 'utf8')).startsWith('# Keys that wrap')).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });
});

describe('a new first key', () => {
  // A secret is often a link; a file in its place would leave the workers with the old keys.
  it('goes to where a link points, and leaves the link and no draft', async () => {
    const [file, link] = [join(folder, 'target'), join(folder, 'link')];
    const first = await createKeyFile(file);
    await symlink(file, link);
    const second = await addFirstKey(link);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await openKeyring(file)).names).toEqual([second, first]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});

describe('a key file', () => {
  it.each([
    [0o644, 'chmod 600'],
    [0o604, 'chmod 600'],
    [0o660, 'chmod 600'],
  ])('of mode %o is refused, with the fix', async (mode, fix) => {
    const file = join(folder, `mode-${mode}`);
    await createKeyFile(file);
    await chmod(file, mode);
    await expect(openKeyring(file)).rejects.toThrow(fix);
  });

  // How Kubernetes hands a secret to a process that isn't root.
  it('may be read by its group', async () => {
    const file = join(folder, 'group');
    await createKeyFile(file);
    await chmod(file, 0o440);
    expect((await openKeyring(file)).names).toHaveLength(1);
  });

  it('that is missing, a folder or a film is refused in words', async () => {
    const cases = [
      ['missing', 'dripfleet credentials new-key'],
      ['folder', 'is not a file'],
      ['film', 'larger than'],
    ] as const;
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'film'), '#'.repeat(70_000), { mode: 0o600 });
    for (const [name, message] of cases)
      await expect(openKeyring(join(folder, name))).rejects.toThrow(message);
  });

  // A key that the operator has just retired may be gone tomorrow, and what it wrapped with it.
  it('is read again before something new is wrapped', async () => {
    const file = join(folder, 'changed');
    await createKeyFile(file);
    const keyring = await openKeyring(file);
    const added = await addFirstKey(file);
    expect((await keyring.refreshFirst()).name).toBe(added);
  });
});
