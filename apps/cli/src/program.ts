import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Runner } from './cli.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerContact } from './commands/contact.ts';
import { registerControl } from './commands/control.ts';
import { registerCredentials } from './commands/credentials.ts';
import { registerDevice } from './commands/device.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerExplain } from './commands/explain.ts';
import { registerImport } from './commands/import.ts';
import { registerKey } from './commands/key.ts';
import { registerMigrate } from './commands/migrate.ts';
import { registerPair } from './commands/pair.ts';
import { registerRetry } from './commands/retry.ts';
import { registerRollout } from './commands/rollout.ts';
import { registerSequence } from './commands/sequence.ts';
import { registerStats } from './commands/stats.ts';
import { registerTop } from './commands/top.ts';
import type { Connections } from './connections.ts';
import type { ExitCode } from './exit-codes.ts';
import { addGlobalOptions, type GlobalOptions } from './global-options.ts';
import { Output } from './output.ts';
import type { Runtime } from './runtime.ts';

const examples = `
Examples:
  dripfleet doctor                                   is everything there and healthy?
  dripfleet device add ana --phone +15550000001      register a device
  dripfleet pair ana                                 link it to its phone
  dripfleet sequence apply examples/demo.yaml        publish a sequence
  dripfleet import demo examples/contacts.csv        enroll contacts from a file
  dripfleet top                                      the fleet at work, live
  dripfleet explain demo --phone +15559990001        why a message has not gone yet
  dripfleet retry --state failed --dry-run           what failed, by error
  dripfleet pause ana --for 2h --reason "new SIM"    stop sending for a while

Servers: DATABASE_URL and REDIS_URL; without them, those that \`npm start\` keeps for this folder.
Exit codes: 0 done · 1 failed · 2 usage · 3 not found · 4 not allowed · 5 conflict · 6 timed out waiting
            7 partly done · 8 Postgres or Redis unreachable`;

/** The whole command line. \`finish\` gets the exit code of the command that ran. */
export function buildProgram(
  runtime: Runtime,
  connections: Connections,
  finish: (code: ExitCode) => void,
): Command {
  const program = new Command('dripfleet');
  // Before the subcommands, which inherit it: commander must not end the process, its stdout may be half written.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => runtime.stdout.write(text),
      writeErr: (text) => runtime.stderr.write(text),
      getOutHelpWidth: () => helpWidth(runtime.stdout),
      getErrHelpWidth: () => helpWidth(runtime.stderr),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for how to use it)')
    .description('Runs a fleet of WhatsApp devices that send sequences of messages.')
    .version(readVersion())
    .addHelpText('after', examples);
  addGlobalOptions(program);
  const run = runnerOf(runtime, connections, finish);
  registerMigrate(program, run);
  registerDevice(program, run);
  registerPair(program, run);
  registerControl(program, run);
  registerSequence(program, run);
  registerImport(program, run);
  registerContact(program, run);
  registerExplain(program, run);
  registerRetry(program, run);
  registerRollout(program, run);
  registerCredentials(program, run);
  registerKey(program, run);
  registerStats(program, run);
  registerTop(program, run);
  registerDoctor(program, run);
  registerCompletion(program, run);
  return program;
}

/** As wide as the window, and without one as wide as the texts were written for. */
function helpWidth({ isTTY, columns }: NodeJS.WriteStream): number {
  return isTTY && columns > 0 ? columns : 120;
}

function runnerOf(
  runtime: Runtime,
  connections: Connections,
  finish: (code: ExitCode) => void,
): Runner {
  return (work) =>
    async (...given) => {
      const command = given.at(-1);
      if (!(command instanceof Command))
        throw new Error('unreachable: the last one is the command');
      const options = command.optsWithGlobals<GlobalOptions>();
      const output = new Output(runtime, options, runtime.env);
      if (options.verbose && connections.endpoints)
        output.say(`Using the servers in ${connections.endpoints.file}.`);
      const code = await work(
        { runtime, options, connections, output },
        { args: command.args, options: command.opts<Record<string, unknown>>() },
      );
      finish(code ?? 0);
    };
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
