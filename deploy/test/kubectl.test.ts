import { describe, expect, it } from 'vitest';
import { findKubectl, renderByKubectl } from './kustomize/kubectl.ts';
import type { Manifest } from './kustomize/manifest.ts';
import { render } from './kustomize/render.ts';

const kubectl = findKubectl();
const why = kubectl ? '' : ' (skipped: no kubectl on the PATH or in DRIPFLEET_KUBECTL)';

/** By kind and name, without the hash that kubectl adds to generated names and to what refers to them. */
function inOrder(manifests: readonly Manifest[]): readonly Manifest[] {
  const text = JSON.stringify(manifests).replaceAll(
    /dripfleet-settings-[a-z0-9]{10}/g,
    'dripfleet-settings',
  );
  return (JSON.parse(text) as Manifest[]).toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

const keyOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

// Guards the rules: they look at a rendering of our own, which is worth something only if it is the real one.
describe.skipIf(!kubectl)(`what the rules look at is what kubectl renders${why}`, () => {
  it.each(['base', 'overlays/small', 'overlays/3000-devices'])('%s', (folder) => {
    expect(inOrder(render(folder))).toEqual(inOrder(renderByKubectl(kubectl ?? '', folder)));
  });
});
