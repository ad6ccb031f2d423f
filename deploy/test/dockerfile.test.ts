import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { execForm, type Instruction, lastOf, lineageOf, readDockerfile } from './dockerfile.ts';
import { inRoot, listApps, ports, readJson, readText } from './repository.ts';

const stages = readDockerfile();
const instructions = stages.flatMap((stage) => stage.instructions);
const targets = ['worker', 'scheduler', 'dashboard', 'cli', 'simulator'];
const ignored = readText('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

describe('the Dockerfile', () => {
  it('has a target for every app', () => {
    expect(targets.toSorted()).toEqual(listApps().toSorted());
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(targets));
  });

  it('begins from an image with an exact version, of a Node that the code runs on', () => {
    const images = stages.map(({ from }) => from).filter((from) => from.includes(':'));
    expect(new Set(images).size).toBe(1);
    const [, major = ''] = /^node:(\d+)\.\d+\.\d+-[a-z]+-slim$/.exec(images[0] ?? '') ?? [];
    const { engines } = readJson('package.json') as { engines: { node: string } };
    expect(Number(major)).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
  });

  it('installs with the pnpm of package.json', () => {
    const { packageManager } = readJson('package.json') as { packageManager: string };
    const installs = instructions.filter(({ words }) => words.includes('npm install --global'));
    expect(installs.map(({ words }) => words.split(' ').at(-1))).toEqual([
      packageManager.split('+')[0],
    ]);
  });

  // Guards against an image that builds only on the machine of whoever wrote it.
  it('copies only what is in the repository and in the context, or what another stage made', () => {
    const copies = instructions.filter(({ name }) => name === 'COPY').map(parseCopy);
    const fromStages = copies.flatMap(({ stage }) => (stage === undefined ? [] : [stage]));
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(fromStages));
    const fromContext = copies.filter(({ stage }) => stage === undefined);
    const paths = fromContext.flatMap((copy) => copy.paths);
    expect(paths.filter((path) => !existsSync(inRoot(path)) || ignored.includes(path))).toEqual([]);
  });

  it('runs scripts that are in the repository, for apps that are there', () => {
    const runs = instructions.flatMap(({ words }) => {
      const [, script, app] = /^node (\S+) (\S+) \/bundle$/.exec(words) ?? [];
      return script && app ? [{ script, app }] : [];
    });
    expect(runs.map(({ app }) => app).toSorted()).toEqual(targets.toSorted());
    for (const { script, app } of runs) {
      expect(existsSync(inRoot(script))).toBe(true);
      expect(existsSync(inRoot('apps', app, 'src/main.ts'))).toBe(true);
    }
  });
});

describe.each(targets)('the image of %s', (target) => {
  it('holds its own bundle', () => {
    expect(lastOf('COPY', target, stages)).toBe(`--from=bundle-${target} /bundle /app`);
    const bundle = stages.find(({ name }) => name === `bundle-${target}`);
    expect(bundle?.instructions).toEqual([
      { name: 'RUN', words: `node deploy/docker/bundle.mjs ${target} /bundle` },
    ]);
  });

  it('runs as a user that is not root, by number', () => {
    expect(lastOf('USER', target, stages)).toMatch(/^[1-9]\d+:[1-9]\d+$/);
  });

  // Guards the graceful stop: a shell in between keeps SIGTERM for itself.
  it('starts node itself, and is stopped by SIGTERM', () => {
    expect(execForm(lastOf('ENTRYPOINT', target, stages))).toEqual(['node', '/app/dist/main.js']);
    expect(lastOf('STOPSIGNAL', target, stages)).toBe('SIGTERM');
  });

  it('keeps no file of the build but its bundle', () => {
    const copies = lineageOf(target, stages).flatMap((stage) =>
      stage.instructions.filter(({ name }) => name === 'COPY'),
    );
    expect(copies).toHaveLength(1);
  });
});

describe.each(Object.entries(ports))('the image of %s', (target, port) => {
  it('shows the port of its process, and asks there whether it lives', () => {
    expect(lastOf('EXPOSE', target, stages)).toBe(String(port));
    const [, command] = lastOf('HEALTHCHECK', target, stages)?.split(' CMD ') ?? [];
    expect(execForm(command)).toEqual(['node', '/app/healthcheck.mjs', String(port)]);
  });
});

describe('the build context', () => {
  // Guards against a key that goes into a layer, and with it to whoever gets the image.
  it('leaves out secrets, and what this machine has built or kept', () => {
    for (const path of [
      '.git',
      '.dripfleet',
      '**/node_modules',
      '**/dist',
      'deploy/compose/secrets',
      '**/*.key',
      '**/*.env',
    ])
      expect(ignored).toContain(path);
  });
});

function parseCopy({ words }: Instruction): Readonly<{
  stage: string | undefined;
  paths: readonly string[];
}> {
  const parts = words.split(' ');
  const from = parts.find((part) => part.startsWith('--from='));
  const paths = parts.filter((part) => !part.startsWith('--')).slice(0, -1);
  return { stage: from?.slice('--from='.length), paths };
}
