import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type ProgramResult = Readonly<{ code: number; stdout: string; stderr: string }>;

const programs = {
  cli: '../../apps/cli/dist/main.js',
  checker: '../../e2e/dist/checker/main.js',
} as const;

/** Runs one of the repository's programs to its end. */
export function runProgram(
  program: keyof typeof programs,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ProgramResult> {
  const file = fileURLToPath(new URL(programs[program], import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** Runs a `dripfleet` command that must succeed; throws with what it said. Returns its stdout. */
export async function dripfleet(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await runProgram('cli', args, env);
  if (code !== 0) throw new Error(`dripfleet ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return stdout;
}
