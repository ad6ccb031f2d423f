import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, createTestRedis } from '@dripfleet/testkit';

const program = fileURLToPath(new URL('../../dist/crash/main.js', import.meta.url));

export type CrashRun = Readonly<{ code: number | null; output: string }>;

/** Runs a part of the crash program as built, on a database and a Redis of its own. */
export async function runCrashes(part: 'simulated' | 'baileys' | 'poison'): Promise<CrashRun> {
  const database = await createTestDatabase();
  const redis = await createTestRedis();
  try {
    const env = { ...process.env, DATABASE_URL: database.url, REDIS_URL: redis.url };
    return await runToEnd(part, env);
  } finally {
    await database.drop();
    await redis.release();
  }
}

function runToEnd(part: string, env: NodeJS.ProcessEnv): Promise<CrashRun> {
  const child = spawn(process.execPath, [program, part], { env });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
