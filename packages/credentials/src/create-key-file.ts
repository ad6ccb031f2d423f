import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { platform } from 'node:process';
import { KeyFileError } from './key-file-error.ts';
import { parseKeyFile } from './parse-key-file.ts';
import { readKeyText } from './read-key-file.ts';
import { keyBytes } from './wrapping-key.ts';

const header = `# Keys that wrap the credentials of devices. The first one wraps what is new; the others still open what they wrapped.
# Without this file every device must be paired anew: keep a copy in a safe place, apart from the database's backups.
`;

/**
 * Makes a key file with one new key, for its owner's eyes only; returns the key's name. Throws `KeyFileError` when there
 * is something of this name: what a key wrapped is lost with it.
 */
export async function createKeyFile(file: string): Promise<string> {
  const { name, line } = newKey();
  const draft = await writeDraft(file, `${header}${line}`);
  try {
    // Unlike a rename, it fails when the name is taken; and a crash leaves no half of a key.
    await link(draft, file);
  } catch (error) {
    throw writeError(file, error);
  } finally {
    await rm(draft, { force: true });
  }
  return name;
}

/**
 * Puts a new key before those of a key file, so that it wraps what comes and the others still open what they wrapped;
 * returns its name. A link stays one, and whoever could read the file still can. Throws `KeyFileError`.
 */
export async function addFirstKey(given: string): Promise<string> {
  // What can't be resolved is refused when it is read, in words.
  const file = await realpath(given).catch(() => given);
  const before = await readKeyText(file);
  parseKeyFile(before, file);
  const { name, line } = newKey();
  const draft = await writeDraft(file, withFirst(before, line), await stat(file));
  try {
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw writeError(file, error);
  }
  return name;
}

/** The comment at the head stays at the head. */
function withFirst(text: string, line: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((other) => other.trim() !== '' && !other.trim().startsWith('#'));
  return [...lines.slice(0, at), line.trimEnd(), ...lines.slice(at)].join('\n');
}

/** The name is not secret: it stands beside everything that the key wrapped. */
function newKey(): Readonly<{ name: string; line: string }> {
  const name = `key-${randomBytes(4).toString('hex')}`;
  return { name, line: `${name}:${randomBytes(keyBytes).toString('base64')}\n` };
}

/** Beside the file, and gone when it can't be finished; `like`: whose owner, group and mode it gets. */
async function writeDraft(file: string, text: string, like?: Stats): Promise<string> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      // Before it holds a key.
      if (like) await makeAlike(handle, { file, like });
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return draft;
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof KeyFileError ? error : writeError(file, error);
  }
}

/** Windows keeps who may read a file elsewhere. */
async function makeAlike(
  handle: FileHandle,
  { file, like }: Readonly<{ file: string; like: Stats }>,
): Promise<void> {
  if (platform === 'win32') return;
  const { uid, gid, mode } = like;
  const own = await handle.stat();
  if (own.uid !== uid || own.gid !== gid)
    await handle.chown(uid, gid).catch((error: unknown) => {
      throw new KeyFileError(
        `${file} belongs to user ${uid} and group ${gid}, and this user can't give it a successor that does; run this as root or as that user: sudo dripfleet credentials new-key ${file} --first`,
        { cause: error },
      );
    });
  await handle.chmod(mode & 0o777);
}

function writeError(file: string, error: unknown): KeyFileError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST')
    return new KeyFileError(
      `${file} exists already, and what its keys wrapped would be lost with it; to put a new key first: dripfleet credentials new-key ${file} --first`,
      { cause: error },
    );
  return new KeyFileError(
    `${file} can't be written (${typeof code === 'string' ? code : 'unknown reason'})`,
    { cause: error },
  );
}
