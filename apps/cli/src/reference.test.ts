import { PassThrough } from 'node:stream';
import { Command, type Option } from 'commander';
import { expect, it } from 'vitest';
import { Connections } from './connections.ts';
import { buildProgram } from './program.ts';
import { cliReference, commandsOf, pathOf } from './reference.ts';

function program() {
  const stream = new PassThrough();
  const runtime = {
    env: {},
    cwd: '/nowhere',
    stdin: stream as unknown as NodeJS.ReadStream,
    stdout: stream as unknown as NodeJS.WriteStream,
    stderr: stream as unknown as NodeJS.WriteStream,
    actor: 'test',
    interruptSignal: () => new AbortController().signal,
  };
  return buildProgram(runtime, new Connections({}, '/nowhere'), () => {});
}

// Guards against a command that nobody can find. After a change: npx vitest run --project unit apps/cli -u
it('docs/cli.md holds the help of every command', async () => {
  await expect(cliReference(program())).toMatchFileSnapshot('../../../docs/cli.md');
});

it('every command says what it does, and shows how it is called', () => {
  const commands = commandsOf(program()).filter(({ commands: below }) => below.length === 0);
  expect(commands.length).toBeGreaterThan(30);
  const reference = cliReference(program());
  const bare = commands.filter((command) => {
    const path = pathOf(command);
    const [, section = ''] = reference.split(`## \`${path}\`\n`);
    const [, examples = ''] = section.split('\n## ', 1).join('').split('Examples:\n');
    const described = [command, ...command.options].map(descriptionOf);
    return described.includes('') || !examples.includes(path);
  });
  expect(bare.map(pathOf)).toEqual([]);
});

const descriptionOf = (one: Command | Option): string =>
  one instanceof Command ? one.description() : one.description;
