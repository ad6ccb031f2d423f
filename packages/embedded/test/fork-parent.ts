import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { EmbeddedServers } from '../src/index.ts';

export type ParentMessage = Readonly<{ progress?: string; ready?: EmbeddedServers }>;

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs parent.ts as a process and a process group of its own, as a shell would. */
export function forkParent(
  env: NodeJS.ProcessEnv,
  user?: Readonly<{ uid: number; gid: number }>,
): ChildProcess {
  return fork(fileURLToPath(new URL('./parent.ts', import.meta.url)), [], {
    env,
    execArgv: ['--import', tsx],
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...user,
  });
}

/** Resolves with the first message that has `key`; throws what the parent wrote when it ends before. */
export async function waitForMessage(
  parent: ChildProcess,
  key: keyof ParentMessage,
): Promise<ParentMessage> {
  let stderr = '';
  parent.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(parent, 'close').then(() => {
    throw new Error(`the parent ended: ${stderr}`);
  });
  for (;;) {
    const [message] = (await Promise.race([once(parent, 'message'), ended])) as [ParentMessage];
    if (key in message) return message;
  }
}
