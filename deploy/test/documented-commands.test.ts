import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRoot, readJson, readText } from './repository.ts';

const pages = [
  'docs/deploy.md',
  'docs/operations.md',
  ...readdirSync(inRoot('docs/runbooks')).map((file) => `docs/runbooks/${file}`),
];

/** The options of each command, by docs/cli.md, which a test of the program holds to it; '' has those of all commands. */
const reference = new Map(
  readText('docs/cli.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [, name = ''] = /^`dripfleet ?([^`]*)`/.exec(section) ?? [];
      return [name, optionsIn(section)];
    }),
);
const everywhere = reference.get('') ?? [];

const commands = pages.flatMap((page) =>
  commandsIn(readText(page)).map((command) => [page, command] as const),
);

describe('what an operator is told to type', () => {
  it('is found', () => {
    expect(reference.size).toBeGreaterThan(30);
    expect(commands.length).toBeGreaterThan(60);
  });

  // Guards against a runbook that fails in the night when it is needed.
  it.each(commands)('%s: there is such a command: %s', (_, command) => {
    const options = reference.get(nameOf(command));
    expect(options).toBeDefined();
    const unknown = optionsIn(command).filter(
      (option) => !options?.includes(option) && !everywhere.includes(option),
    );
    expect(unknown).toEqual([]);
  });

  it('is a script of package.json where npm runs it', () => {
    const { scripts } = readJson('package.json') as { scripts: Readonly<Record<string, string>> };
    const asked = pages.flatMap((page) =>
      [...readText(page).matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, script = '']) => script),
    );
    expect(asked.filter((script) => !(script in scripts))).toEqual([]);
  });
});

/** Commands of `dripfleet` in code, without the program's own name; in a text like this one, only its words. */
function commandsIn(markdown: string): readonly string[] {
  const blocks = [...markdown.matchAll(/^ *```[^\n]*\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const spans = [...markdown.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/`([^`]+)`/g)];
  return [...blocks, ...spans.map(([, span = '']) => span.replaceAll(/\s+/g, ' '))].flatMap(
    (line) => {
      const [, command] = /^(?:.* )?(?:run .*\bcli|dripfleet(?: --)?) ([a-z].*)$/.exec(line) ?? [];
      return command === undefined || line.includes('kubectl') ? [] : [command];
    },
  );
}

/** The first word, or two where the first is a group: `pause`, `device add`. */
function nameOf(command: string): string {
  const [first = '', second = ''] = command.split(' ');
  const isGroup = [...reference.keys()].some((name) => name.startsWith(`${first} `));
  return isGroup ? `${first} ${second}` : first;
}

/** The long options in a text, each once, without what is in quotes. */
function optionsIn(text: string): readonly string[] {
  const bare = text.replaceAll(/"[^"]*"/g, '""');
  return [...new Set([...bare.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([option]) => option))];
}
