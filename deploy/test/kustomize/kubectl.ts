import { spawnSync } from 'node:child_process';
import { inRoot, parseDocuments } from '../repository.ts';
import type { Manifest } from './manifest.ts';

/** kubectl as the machine has it: DRIPFLEET_KUBECTL, else on the PATH; undefined when there is none. */
export function findKubectl(): string | undefined {
  const program = process.env['DRIPFLEET_KUBECTL'] || 'kubectl';
  return spawnSync(program, ['version', '--client']).status === 0 ? program : undefined;
}

/** What kubectl makes of a folder under deploy/k8s. Throws with what it says when it refuses. */
export function renderByKubectl(program: string, folder: string): readonly Manifest[] {
  const { status, stdout, stderr } = spawnSync(
    program,
    ['kustomize', inRoot('deploy/k8s', folder)],
    { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(stderr);
  return parseDocuments(stdout) as Manifest[];
}
