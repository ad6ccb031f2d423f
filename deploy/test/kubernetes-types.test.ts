import { describe, expect, it } from 'vitest';
import { checkTypes } from './kustomize/check-types.ts';
import { get, type Manifest } from './kustomize/manifest.ts';
import { render } from './kustomize/render.ts';

/** KEDA's and the Prometheus operator's own objects, which Kubernetes knows nothing of. */
const foreign = ['keda.sh/', 'monitoring.coreos.com/'];
const isOfKubernetes = ({ apiVersion }: Manifest): boolean =>
  !foreign.some((group) => apiVersion.startsWith(group));

const folders = ['overlays/small', 'overlays/3000-devices', 'components/hpa'];
/** Reads the types of all of Kubernetes: some two seconds on a quiet machine. */
const timeout = 60_000;

describe('by the types of Kubernetes 1.30', () => {
  it('manifests have every field that they must, and no other', { timeout }, () => {
    const manifests = folders.flatMap((folder) => render(folder)).filter(isOfKubernetes);
    expect(manifests.length).toBeGreaterThan(40);
    expect(checkTypes(manifests)).toEqual([]);
  });

  // Guards the check itself: a cluster that is given a field which it does not know leaves it out, and says nothing.
  it('a misspelt field, a wrong type and a missing field are found', { timeout }, () => {
    const worker = get(render('overlays/small'), 'Deployment', 'worker');
    const { selector: _, ...rest } = worker.spec ?? {};
    const specs = [
      { ...worker.spec, minReadySecs: 30 },
      { ...worker.spec, minReadySeconds: '30' },
      rest,
    ];
    expect(checkTypes(specs.map((spec) => ({ ...worker, spec })))).toEqual([
      expect.stringMatching(/^Deployment worker: .*minReadySecs/),
      expect.stringMatching(/^Deployment worker: .*'number'/),
      expect.stringMatching(/^Deployment worker: .*selector/),
    ]);
  });
});
