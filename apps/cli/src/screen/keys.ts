/** What somebody pressed, as far as a command asks. */
export type Key =
  | Readonly<{ kind: 'char'; char: string }>
  | Readonly<{ kind: 'enter' }>
  | Readonly<{ kind: 'escape' }>
  | Readonly<{ kind: 'backspace' }>
  | Readonly<{ kind: 'interrupt' }>;

/** Arrows, function keys and such, and Alt with a key. */
// oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
const sequences = /\u001B(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[^[O])/g;

const named: Readonly<Record<string, Key>> = {
  '\r': { kind: 'enter' },
  '\n': { kind: 'enter' },
  '\u001B': { kind: 'escape' },
  '\u007F': { kind: 'backspace' },
  '\b': { kind: 'backspace' },
  '\u0003': { kind: 'interrupt' },
};

/** The keys in what a terminal sent; those that nobody asks for are left out. */
export function readKeys(text: string): readonly Key[] {
  return Array.from(text.replaceAll(sequences, '')).flatMap((char): readonly Key[] => {
    const key = named[char];
    if (key) return [key];
    return char >= ' ' ? [{ kind: 'char', char }] : [];
  });
}

/** Calls for every key until it is closed; without a terminal nothing is read. Ctrl-C comes as a key meanwhile. */
export function openKeys(stdin: NodeJS.ReadStream, onKey: (key: Key) => void): () => void {
  if (!stdin.isTTY) return () => {};
  const hear = (chunk: Buffer | string) => readKeys(String(chunk)).forEach(onKey);
  stdin.setRawMode?.(true);
  stdin.on('data', hear);
  stdin.resume();
  return () => {
    stdin.off('data', hear);
    stdin.setRawMode?.(false);
    // Left open, it would keep the process from ending.
    stdin.pause();
  };
}
