import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, parseDocuments } from '../repository.ts';
import { applyJsonPatch, type Operation } from './json-patch.ts';
import type { Labels, Manifest, PodTemplate } from './manifest.ts';

type Kustomization = Readonly<{
  apiVersion: string;
  kind: string;
  namespace?: string;
  labels?: readonly Readonly<{ pairs: Labels; includeTemplates?: boolean }>[];
  resources?: readonly string[];
  components?: readonly string[];
  images?: readonly Readonly<{ name: string; newName?: string; newTag?: string }>[];
  configMapGenerator?: readonly Readonly<{
    name: string;
    literals?: readonly string[];
    files?: readonly string[];
    options?: Readonly<{ disableNameSuffixHash?: boolean; labels?: Labels }>;
  }>[];
  patches?: readonly Readonly<{
    target: Readonly<{ kind: string; name: string }>;
    patch: string;
  }>[];
}>;

const known = new Set([
  'apiVersion',
  'kind',
  'namespace',
  'labels',
  'resources',
  'components',
  'images',
  'configMapGenerator',
  'patches',
]);
const ofNoNamespace = new Set(['Namespace']);

/**
 * What `kubectl kustomize` makes of a folder under deploy/k8s, for a machine that has no kubectl: the few features that we use,
 * and an error for any other. Names of generated ConfigMaps carry no hash here. A test compares both where kubectl is there.
 */
export function render(folder: string): readonly Manifest[] {
  return build(inRoot('deploy/k8s', folder), []);
}

function build(folder: string, inherited: readonly Manifest[]): readonly Manifest[] {
  const kustomization = readKustomization(folder);
  const { resources = [], components = [] } = kustomization;
  let manifests = [...inherited, ...resources.flatMap((path) => readResource(join(folder, path)))];
  for (const component of components) manifests = [...build(join(folder, component), manifests)];
  manifests.push(...generate(folder, kustomization));
  return manifests
    .map((manifest) => patch(manifest, kustomization))
    .map((manifest) => place(manifest, kustomization))
    .map((manifest) => label(manifest, kustomization))
    .map((manifest) => setImages(manifest, kustomization));
}

function readKustomization(folder: string): Kustomization {
  const [document] = parseDocuments(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'));
  const kustomization = document as Kustomization;
  for (const field of Object.keys(kustomization)) {
    if (!known.has(field)) throw new Error(`${folder}: no rule for ${field}`);
  }
  return kustomization;
}

function readResource(path: string): readonly Manifest[] {
  if (statSync(path).isDirectory()) return build(path, []);
  return parseDocuments(readFileSync(path, 'utf8')) as Manifest[];
}

function generate(folder: string, { configMapGenerator = [] }: Kustomization): readonly Manifest[] {
  return configMapGenerator.map(({ name, literals = [], files = [], options }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(options?.labels ? { labels: options.labels } : {}) },
    data: Object.fromEntries([
      ...literals.map((literal) => split(literal)),
      ...files.map((file) => {
        const [key, path] = split(file);
        return [key, readFileSync(join(folder, path), 'utf8')] as const;
      }),
    ]),
  }));
}

function split(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function patch(manifest: Manifest, { patches = [] }: Kustomization): Manifest {
  return patches
    .filter(({ target }) => target.kind === manifest.kind && target.name === manifest.metadata.name)
    .flatMap((one) => parseDocuments(one.patch) as (readonly Operation[])[])
    .reduce((patched, operations) => applyJsonPatch(patched, operations), manifest);
}

function place(manifest: Manifest, { namespace }: Kustomization): Manifest {
  if (namespace === undefined || ofNoNamespace.has(manifest.kind)) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

function label(manifest: Manifest, { labels = [] }: Kustomization): Manifest {
  return labels.reduce<Manifest>((labelled, { pairs, includeTemplates }) => {
    const metadata = { ...labelled.metadata, labels: { ...labelled.metadata.labels, ...pairs } };
    const template = templateOf(labelled);
    if (!includeTemplates || !template) return { ...labelled, metadata };
    const templateLabels = { ...template.metadata.labels, ...pairs };
    const labelledTemplate = {
      ...template,
      metadata: { ...template.metadata, labels: templateLabels },
    };
    return { ...labelled, metadata, spec: { ...labelled.spec, template: labelledTemplate } };
  }, manifest);
}

function setImages(manifest: Manifest, { images = [] }: Kustomization): Manifest {
  const template = templateOf(manifest);
  if (!template) return manifest;
  const containers = template.spec.containers.map((container) => {
    const found = images.find(({ name }) => name === container.image);
    if (!found) return container;
    return { ...container, image: `${found.newName ?? found.name}:${found.newTag ?? ''}` };
  });
  const spec = { ...template.spec, containers };
  return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec } } };
}

function templateOf(manifest: Manifest): PodTemplate | undefined {
  return manifest.spec?.['template'] as PodTemplate | undefined;
}
