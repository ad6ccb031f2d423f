import { keyBytes, wrappingKey, type WrappingKey } from './wrapping-key.ts';
import { KeyFileError } from './key-file-error.ts';

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
/** 32 bytes in standard base64: 43 characters and one `=`, the unused bits of the last one zero. */
const keyPattern = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * The keys of a key file, the first one first: `name:base64 of 32 bytes`, one a line; lines that are empty or begin with
 * `#` are skipped. Throws `KeyFileError` with the number of the line; a key is never part of the message.
 */
export function parseKeyFile(text: string, file: string): readonly WrappingKey[] {
  const keys: WrappingKey[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const problem = problemOf(line) ?? addKey(keys, line);
    if (problem !== undefined) throw new KeyFileError(`${file}, line ${index + 1}: ${problem}`);
  }
  if (keys.length === 0)
    throw new KeyFileError(
      `${file} holds no key; make one with: dripfleet credentials new-key ${file} (remove the file first)`,
    );
  return keys;
}

function problemOf(line: string): string | undefined {
  const [name, key] = splitLine(line);
  if (key === undefined) return 'there is no ":"; write name:key';
  if (!namePattern.test(name))
    return 'a name has up to 40 letters, digits, ".", "_" or "-" and begins with a letter or digit';
  if (!keyPattern.test(key))
    return `the key after "${name}:" is not base64 of ${keyBytes} bytes (44 characters); make one with: openssl rand -base64 32`;
  return undefined;
}

/** What forbids the line among those before it; else it is one of them. */
function addKey(keys: WrappingKey[], line: string): string | undefined {
  const [name, text = ''] = splitLine(line);
  if (keys.some((other) => other.name === name))
    return `the name "${name}" stands above already; every key needs its own, for what it wrapped is found by it`;
  const added = wrappingKey(name, Buffer.from(text, 'base64'));
  const same = keys.find((other) => other.key.equals(added.key));
  if (same) return `"${name}" is the same key as "${same.name}"; remove one of them`;
  keys.push(added);
  return undefined;
}

function splitLine(line: string): readonly [string, string?] {
  const at = line.indexOf(':');
  return at < 0 ? [line] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
