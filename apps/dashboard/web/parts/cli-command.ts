import type { ControlAction } from '../page/api.ts';

export type CommandTarget =
  | Readonly<{ kind: 'all' }>
  | Readonly<{ kind: 'names'; names: readonly string[] }>;

export type CommandOptions = Readonly<{
  /** Empty: none. */
  reason?: string | undefined;
  for?: string | undefined;
}>;

/** The command that does the same, to be pasted into a shell. */
export function controlCommand(
  action: ControlAction,
  target: CommandTarget,
  options: CommandOptions = {},
): string {
  return [
    'dripfleet',
    action,
    ...(target.kind === 'all' ? ['--all'] : []),
    ...(options.for ? ['--for', shellWord(options.for)] : []),
    ...(options.reason ? ['--reason', shellWord(options.reason)] : []),
    ...(target.kind === 'names' ? nameWords(target.names) : []),
  ].join(' ');
}

/** Behind `--` if one of them looks like an option. */
export function nameWords(names: readonly string[]): readonly string[] {
  const words = names.map((name) => shellWord(name));
  return names.some((name) => name.startsWith('-')) ? ['--', ...words] : words;
}

/** One word for a POSIX shell, whatever is in it. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
