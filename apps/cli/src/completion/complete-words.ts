import type { Command, Option } from 'commander';

/** What may stand where somebody pressed Tab. */
export type Candidate = Readonly<{ value: string; description: string }>;

/** Things whose names only Postgres can tell. */
export type LiveKind = 'device' | 'sequence' | 'key';

export type Completion =
  | Readonly<{ kind: 'known'; candidates: readonly Candidate[] }>
  /** The shell knows its files itself. */
  | Readonly<{ kind: 'files' }>
  /** `given`: what stands in the command line already; `prefix` is put before each. */
  | Readonly<{ kind: 'live'; of: LiveKind; given: readonly string[]; prefix: string }>;

/** The word that somebody stands in is the last one, also when it is empty. */
export function completeWords(program: Command, words: readonly string[]): Completion {
  const current = words.at(-1) ?? '';
  const place = walk(program, words.slice(0, -1));
  if (place.option) return completeValue(place.option, place, '');
  const [, flag = ''] = /^(--[^=]+)=/.exec(current) ?? [];
  if (flag !== '') {
    const option = findOption(place.command, flag);
    return option ? completeValue(option, place, `${flag}=`) : none;
  }
  if (current.startsWith('-') && !place.onlyWords) return known(optionsOf(place.command));
  const { command, given } = place;
  if (given.length === 0 && command.commands.length > 0) return known(commandsOf(command));
  const argument = command.registeredArguments.at(given.length) ?? variadicOf(command);
  if (!argument) return none;
  if (argument.argChoices) return known(argument.argChoices.map(bare));
  return live(argument.name(), { given, prefix: '' });
}

type Place = Readonly<{
  command: Command;
  /** What stands there beside options. */
  given: readonly string[];
  /** Whose value is still to come. */
  option: Option | undefined;
  /** After `--` nothing is an option. */
  onlyWords: boolean;
}>;

function walk(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, given: [], option: undefined, onlyWords: false };
  // Bash gives `--role=x` as three words.
  for (const word of words.filter((one) => one !== '=')) place = step(place, word);
  return place;
}

function step(place: Place, word: string): Place {
  if (place.option) return { ...place, option: undefined };
  if (place.onlyWords) return { ...place, given: [...place.given, word] };
  if (word === '--') return { ...place, onlyWords: true };
  if (word.startsWith('-') && word !== '-') {
    const option = word.includes('=') ? undefined : findOption(place.command, word);
    return option?.required === true ? { ...place, option } : place;
  }
  const { command, given } = place;
  const next = given.length === 0 ? findCommand(command, word) : undefined;
  return next ? { ...place, command: next } : { ...place, given: [...given, word] };
}

function completeValue(option: Option, { given }: Place, prefix: string): Completion {
  if (option.argChoices) return known(option.argChoices.map((value) => bare(`${prefix}${value}`)));
  const [, name = ''] = /[<[]([a-z-]+)[>\]]/.exec(option.flags) ?? [];
  return live(name, { given, prefix });
}

/** By what an argument is called in the help. */
function live(
  name: string,
  rest: Readonly<{ given: readonly string[]; prefix: string }>,
): Completion {
  switch (name) {
    case 'device':
    case 'sequence':
    case 'key':
      return { kind: 'live', of: name, ...rest };
    case 'file':
    case 'folder':
      return { kind: 'files' };
    default:
      return none;
  }
}

const known = (candidates: readonly Candidate[]): Completion => ({ kind: 'known', candidates });
const none = known([]);
const bare = (value: string): Candidate => ({ value, description: '' });

function variadicOf(command: Command) {
  const last = command.registeredArguments.at(-1);
  return last?.variadic === true ? last : undefined;
}

function commandsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));
}

/** Its own and those that every command takes. */
function optionsOf(command: Command): readonly Candidate[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].flatMap(
    ({ long, description }) => (long ? [{ value: long, description }] : []),
  );
}

function findCommand(command: Command, word: string): Command | undefined {
  return command.commands.find((one) => one.name() === word || one.aliases().includes(word));
}

function findOption(command: Command, flag: string): Option | undefined {
  for (let one: Command | null = command; one; one = one.parent) {
    const option = one.options.find(({ short, long }) => short === flag || long === flag);
    if (option) return option;
  }
  return undefined;
}
