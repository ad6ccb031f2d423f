import type { Command } from 'commander';

const intro = `# The command \`dripfleet\`

It works straight on Postgres and Redis, so it works when the dashboard is down. In a clone: \`npm run -s dripfleet -- ARGS\`.

Data goes to stdout, everything else to stderr. \`-o json\` is for programs: keys are added, and never change their meaning. \`-o jsonl\`
writes one object a line, \`-o name\` names only, as \`-q\` does, which keeps stderr empty but for warnings and errors. Nothing is asked
and nothing is coloured without a terminal. Phone numbers are masked unless \`--show-phones\` asks for them.

\`--watch\` asks again every two seconds, or as often as \`--watch=TIME\` says: it redraws a table on a terminal, and with \`-o jsonl\`
writes an object each time, with \`at\`, and \`items\` for a list.

This page is made from the program's own help; a test holds the two together.
`;

/** docs/cli.md: the help of every command. */
export function cliReference(program: Command): string {
  const sections = commandsOf(program).map(
    (command) => `## \`${pathOf(command)}\`\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  );
  return [intro, ...sections].join('\n');
}

/** A command and all below it, in the order of the help; hidden ones are nobody's. */
export function commandsOf(command: Command): readonly Command[] {
  const visible = command.createHelp().visibleCommands(command);
  const below = command.commands.filter((one) => visible.includes(one));
  return [command, ...below.flatMap(commandsOf)];
}

/** `dripfleet device ls`. */
export function pathOf(command: Command): string {
  const names = [command.name()];
  for (let one = command.parent; one; one = one.parent) names.unshift(one.name());
  return names.join(' ');
}

/** As \`--help\` prints it, without the options that all commands share: those stand under the first. */
function helpOf(command: Command): string {
  let text = '';
  command
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 120 })
    .outputHelp();
  return text.trim();
}
