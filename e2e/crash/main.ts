import { Cleanup, Screen } from '@dripfleet/tools';
import { formatMatrix, isRight } from './format-matrix.ts';
import { formatPoison, isPoisonRight } from './format-poison.ts';
import { runMatrix } from './run-matrix.ts';
import { runPoison } from './run-poison.ts';

const parts = ['simulated', 'baileys', 'poison'] as const;
type Part = (typeof parts)[number];

const usage = `npm run crashes -- [simulated] [baileys] [poison]

Kills processes at each point of the route, and has the network's ledger judged.
  simulated, baileys   the matrix, over that way to the network
  poison               a message that kills whoever takes it in hand
Without a word: all of it, in about six minutes.
  --help               this text

exits 0 when everything was right, 1 when not, 2 when a word is unknown`;

const screen = new Screen();
const cleanup = new Cleanup();

/** Shows what came out of a part; false when something was wrong. */
async function run(part: Part): Promise<boolean> {
  const options = { env: process.env, cleanup, say: (line: string) => screen.say(line) };
  try {
    if (part === 'poison') {
      const result = await runPoison(options);
      screen.print(`\n${formatPoison(result)}\n`);
      return isPoisonRight(result);
    }
    const result = await runMatrix({ ...options, transport: part });
    screen.print(`\n${formatMatrix(result)}\n`);
    return isRight(result);
  } finally {
    await cleanup.run();
  }
}

const words = process.argv.slice(2).filter((word) => word !== '--');
const chosen = parts.filter((part) => words.includes(part));
if (words.includes('--help') || words.includes('-h')) {
  process.stdout.write(`${usage}\n`);
} else if (chosen.length < words.length) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
} else {
  for (const part of words.length === 0 ? parts : chosen) {
    if (!(await run(part))) process.exitCode = 1;
  }
}
