import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialValue } from '@dripfleet/credentials';
import type { PhoneNumber } from '@dripfleet/domain';
import { checkSessionValue, phoneOfCreds } from './check-session-value.ts';
import { parseSessionFileName } from './session-file-name.ts';

export type SessionFolder =
  | Readonly<{ kind: 'read'; phone: PhoneNumber; values: readonly CredentialValue[] }>
  /** One file can't be used, and so the folder can't. Long numbers in the name are masked. */
  | FileRefusal
  /** The folder itself can't. */
  | Readonly<{ kind: 'folder_refused'; reason: string }>;

type FileRefusal = Readonly<{ kind: 'file_refused'; file: string; reason: string }>;

/** A busy account of years has ten thousand. */
const filesMax = 50_000;
const fileBytesMax = 1024 * 1024;
const totalBytesMax = 64 * 1024 * 1024;

/**
 * Reads a folder that Baileys' `useMultiFileAuthState` wrote, the whole of it: half an identity would connect, and be
 * unlinked for what it has forgotten. The texts stay as they are.
 */
export async function readSessionFolder(folder: string): Promise<SessionFolder> {
  const listed = await listFolder(folder);
  if ('reason' in listed) return { kind: 'folder_refused', reason: listed.reason };
  const values: CredentialValue[] = [];
  let phone: PhoneNumber | undefined;
  let bytes = 0;
  for (const entry of listed.entries) {
    const read = await readEntry(folder, entry);
    if ('reason' in read)
      return { kind: 'file_refused', file: maskNumbers(entry.name), reason: read.reason };
    bytes += Buffer.byteLength(read.value);
    if (bytes > totalBytesMax)
      return { kind: 'folder_refused', reason: 'holds more than 64 MiB; is it one session?' };
    phone ??= read.phone;
    values.push({ kind: read.kind, id: read.id, value: read.value });
  }
  if (phone === undefined) return { kind: 'folder_refused', reason: 'holds no creds.json' };
  return { kind: 'read', phone, values };
}

type Refused = Readonly<{ reason: string }>;

async function listFolder(
  folder: string,
): Promise<Readonly<{ entries: readonly Dirent[] }> | Refused> {
  try {
    const facts = await lstat(folder);
    if (facts.isSymbolicLink())
      return { reason: 'is a symbolic link; name the folder that it leads to' };
    if (!facts.isDirectory()) return { reason: 'is not a folder' };
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.length > filesMax
      ? { reason: `holds more than ${filesMax} files; is it one session?` }
      : { entries };
  } catch (error) {
    return { reason: unreadable(error) };
  }
}

type Entry = CredentialValue & Readonly<{ phone: PhoneNumber | undefined }>;

async function readEntry(folder: string, entry: Dirent): Promise<Entry | Refused> {
  if (entry.isSymbolicLink()) return { reason: 'is a symbolic link' };
  if (!entry.isFile()) return { reason: 'is not a file' };
  const named = parseSessionFileName(entry.name);
  if (!named)
    return { reason: 'is no file of a Baileys session; move it away if it does not belong there' };
  const text = await readWhole(join(folder, entry.name));
  if ('reason' in text) return text;
  const value = parseJson(text.value);
  // The parser's own words quote the text.
  if (value === undefined) return { reason: 'is not whole: it does not parse as JSON' };
  const reason = checkSessionValue(named.kind, value);
  if (reason !== undefined) return { reason };
  const phone = named.kind === 'creds' ? phoneOfCreds(value) : undefined;
  return { ...named, value: text.value, phone };
}

async function readWhole(path: string): Promise<Readonly<{ value: string }> | Refused> {
  // Never through a link that was put there since, and never waiting for a pipe. Windows has neither flag.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  try {
    const handle = await open(path, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
    try {
      if ((await handle.stat()).size > fileBytesMax) return { reason: 'is larger than 1 MiB' };
      return { value: await handle.readFile('utf8') };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { reason: unreadable(error) };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  return `can't be read (${typeof code === 'string' ? code : 'unknown reason'})`;
}

/** Names of session files hold the numbers of people. */
function maskNumbers(name: string): string {
  return name.replaceAll(
    /\d{7,}/g,
    (digits) => digits.slice(0, 2) + '*'.repeat(digits.length - 4) + digits.slice(-2),
  );
}
