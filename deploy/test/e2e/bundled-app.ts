import { type ChildProcess, spawn } from 'node:child_process';
import { execForm, lastOf, readDockerfile } from '../dockerfile.ts';
import { containerUser } from './container-user.ts';

export type BundledOptions = Readonly<{
  /** Where its bundle is. */
  folder: string;
  /** A file with the addresses, as a secret is mounted. */
  connections?: string;
  env?: Readonly<Record<string, string>>;
  args?: readonly string[];
}>;

export type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/**
 * An app run as its image would run it: the image's entry and arguments, from its bundle, which its user may not write, without a home,
 * with nothing in the environment but what is given.
 */
export class BundledApp {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(target: string, { folder, connections, env = {}, args }: BundledOptions) {
    const stages = readDockerfile();
    const [, program = ''] = execForm(lastOf('ENTRYPOINT', target, stages));
    const file = connections ? [`--env-file=${connections}`] : [];
    const given = args ?? execForm(lastOf('CMD', target, stages));
    this.#child = spawn(
      process.execPath,
      [...file, program.replace('/app', () => folder), ...given],
      {
        cwd: folder,
        ...containerUser.ids,
        env: { NODE_ENV: 'production', HOME: '/nowhere', TMPDIR: '/nowhere', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) =>
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  /** The port that it told when it was ready. Rejects with its log when it ends before. */
  async ready(): Promise<number> {
    return (await this.logged('process.ready'))['port'] as number;
  }

  /** The first line of its log with this message. Rejects with its log when it ends before. */
  async logged(message: string): Promise<Readonly<Record<string, unknown>>> {
    const told = new Promise<Record<string, unknown>>((resolve) => {
      const look = () => {
        const line = this.#stderr.split('\n').find((one) => one.endsWith(`"msg":"${message}"}`));
        if (line === undefined) return;
        this.#child.stderr?.off('data', look);
        resolve(JSON.parse(line) as Record<string, unknown>);
      };
      this.#child.stderr?.on('data', look);
      look();
    });
    const over = this.ended.then(({ code, stderr }) => {
      throw new Error(`ended with ${code} before ${message}:\n${stderr}`);
    });
    return await Promise.race([told, over]);
  }

  /** As an orchestrator stops a container. */
  async stop(): Promise<Ended> {
    this.#child.kill('SIGTERM');
    return await this.ended;
  }

  /** For the end of a test that failed. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
