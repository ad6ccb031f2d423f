import { parseConfig, type SettingName, settings } from '@dripfleet/runtime';
import { describe, expect, it } from 'vitest';
import { execForm, lastOf, readDockerfile } from './dockerfile.ts';
import {
  type Container,
  containersOf,
  get,
  type Labels,
  matches,
  ofKind,
  type Selector,
  type Workload,
  workloadsOf,
} from './kustomize/manifest.ts';
import { render } from './kustomize/render.ts';
import { packageVersion, ports, readJson, readText } from './repository.ts';

/** What a site brings itself; docs/deploy.md says how to make them. */
const supplied = ['dripfleet-connections', 'dripfleet-credentials-key'];
/** A worker ends within so long of its SIGTERM: 30 s for what is in hand, 10 s for what was heard, and closing. */
const drainSeconds = 45;
/** The variables that Node itself reads. */
const nodeVariables = new Set(['NODE_OPTIONS']);

const folders = ['overlays/small', 'overlays/3000-devices'];

type ServiceSpec = Readonly<{
  selector: Labels;
  ports: readonly Readonly<{ targetPort: string }>[];
}>;

describe.each(folders)('%s', (folder) => {
  const manifests = render(folder);
  const workloads = workloadsOf(manifests);
  const templateLabels = workloads.map(({ spec }) => spec.template.metadata.labels);
  const containers = workloads.flatMap(({ spec }) => containersOf(spec.template.spec));
  const podsOf = (selector: Selector) =>
    templateLabels.filter((labels) => matches(labels, selector));

  it('has each object once, in one namespace', () => {
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    const elsewhere = manifests.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'dripfleet',
    );
    expect(elsewhere).toEqual([]);
    expect(ofKind(manifests, 'Namespace').map(({ metadata }) => metadata.name)).toEqual([
      'dripfleet',
    ]);
  });

  // Guards against a selector that selects nothing, which no cluster complains about.
  it('selects pods that are there', () => {
    for (const workload of ofKind(manifests, 'Deployment') as readonly Workload[]) {
      const { selector, template } = workload.spec;
      expect(matches(template.metadata.labels, selector ?? {})).toBe(true);
      for (const { labelSelector } of template.spec.topologySpreadConstraints ?? [])
        expect(matches(template.metadata.labels, labelSelector)).toBe(true);
    }
    for (const service of ofKind(manifests, 'Service')) {
      const matchLabels = service.spec?.['selector'] as Labels;
      expect(podsOf({ matchLabels })).toHaveLength(1);
    }
    for (const budget of ofKind(manifests, 'PodDisruptionBudget'))
      expect(podsOf(budget.spec?.['selector'] as Selector)).toHaveLength(1);
    for (const policy of ofKind(manifests, 'NetworkPolicy')) {
      const selector = policy.spec?.['podSelector'] as Selector;
      const asked = selector.matchExpressions?.flatMap(({ values }) => values).length;
      expect(podsOf(selector).length).toBeGreaterThanOrEqual(asked ?? 1);
    }
  });

  it('refers to what is there, or what a site is told to bring', () => {
    const isThere = (kind: string, name: string | undefined): boolean =>
      manifests.some((one) => one.kind === kind && one.metadata.name === name);
    const missing = workloads.flatMap(({ spec }) => {
      const pod = spec.template.spec;
      return [
        ...(isThere('ServiceAccount', pod.serviceAccountName) ? [] : [pod.serviceAccountName]),
        ...configMapsOf(pod).filter((name) => !isThere('ConfigMap', name)),
        ...secretsOf(pod).filter((name) => !supplied.includes(name)),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('gives no process more than it needs', () => {
    for (const { spec } of workloads) {
      const pod = spec.template.spec;
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.enableServiceLinks).toBe(false);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10_001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of containersOf(pod)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
    for (const account of ofKind(manifests, 'ServiceAccount'))
      expect(account).toMatchObject({ automountServiceAccountToken: false });
  });

  // A worker refuses a key file that others than its owner and group may read.
  it('mounts secrets read-only, for the group that the process is of', () => {
    for (const { spec } of workloads) {
      const { volumes = [], securityContext, containers: all } = spec.template.spec;
      const secret = volumes.find(({ name }) => name === 'secrets');
      expect(secret?.secret?.defaultMode ?? secret?.projected?.defaultMode).toBe(0o440);
      expect(securityContext).toMatchObject({ fsGroup: 10_001, runAsGroup: 10_001 });
      for (const { volumeMounts = [] } of all) {
        expect(volumeMounts).toContainEqual({
          name: 'secrets',
          mountPath: '/run/secrets/dripfleet',
          readOnly: true,
        });
      }
    }
  });

  it('probes the port that the process listens on: its event loop to keep it, its readiness to count on it', () => {
    for (const { metadata, spec } of ofKind(manifests, 'Deployment') as readonly Workload[]) {
      const [container] = spec.template.spec.containers;
      const port = container?.ports?.find(
        ({ containerPort }) => containerPort === ports[metadata.name as keyof typeof ports],
      );
      const of = (path: string) => ({ httpGet: { path, port: port?.name } });
      expect(container).toMatchObject({
        startupProbe: of('/healthz'),
        livenessProbe: of('/healthz'),
        readinessProbe: of('/readyz'),
      });
    }
  });

  it('sends a service to a port that is there', () => {
    for (const service of ofKind(manifests, 'Service')) {
      const { selector, ports: served } = service.spec as ServiceSpec;
      const workload = workloads.find((one) =>
        matches(one.spec.template.metadata.labels, { matchLabels: selector }),
      );
      const names = workload?.spec.template.spec.containers.flatMap(portNames);
      expect(names).toEqual(expect.arrayContaining(served.map(({ targetPort }) => targetPort)));
    }
  });

  // Guards against a deploy that cuts off what is in hand, and against a hook whose signal makes the kubelet's the second one.
  it('gives a worker the time that it needs to drain, and one signal', () => {
    const { spec } = get(manifests, 'Deployment', 'worker') as Workload;
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds + 15);
    expect(spec).toMatchObject({
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    for (const { lifecycle } of containers) {
      const hooks = Object.keys(lifecycle?.preStop ?? {});
      expect(hooks.filter((hook) => hook !== 'sleep')).toEqual([]);
    }
  });

  it('runs images of this version, each a target of the Dockerfile', () => {
    const stages = readDockerfile();
    for (const { image } of containers) {
      const [, target, tag] =
        /^registry\.example\.com\/dripfleet\/([a-z]+):(.+)$/.exec(image) ?? [];
      expect(stages.map(({ name }) => name)).toContain(target);
      expect(tag).toBe(packageVersion);
    }
  });

  it('starts what its image holds, with the addresses from the mounted file', () => {
    const stages = readDockerfile();
    for (const { image, command, args } of containers) {
      const target = /\/([a-z]+):/.exec(image)?.[1] ?? '';
      const [node, ...program] = execForm(lastOf('ENTRYPOINT', target, stages));
      const file = '/run/secrets/dripfleet/connections.env';
      expect(command).toEqual([node, `--env-file=${file}`, ...program]);
      expect(args).toEqual(target === 'cli' ? ['migrate'] : undefined);
    }
  });

  it('sets nothing that no process reads, and nothing that one refuses', () => {
    const given = Object.fromEntries(
      ofKind(manifests, 'ConfigMap')
        .filter(({ metadata }) => metadata.name === 'dripfleet-settings')
        .flatMap(({ data = {} }) => Object.entries(data)),
    );
    const named = containers.flatMap(({ env = [] }) => env);
    const names = [...Object.keys(given), ...named.map(({ name }) => name)];
    const unknown = names.filter((name) => !(name in settings) && !nodeVariables.has(name));
    expect(unknown).toEqual([]);
    for (const { name, value } of named) if (name in settings && value) given[name] = value;
    expect(() => parseConfig(given, Object.keys(given) as SettingName[])).not.toThrow();
  });

  // Guards the hand-over: who stops gives its devices to the newest build, so each rollout must be one.
  it('makes every rollout of the workers a build of its own', () => {
    const { spec } = get(manifests, 'Deployment', 'worker') as Workload;
    expect(spec.template.spec.containers[0]?.env).toContainEqual({
      name: 'BUILD_ID',
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['pod-template-hash']" } },
    });
  });

  // A worker that is throttled misses its heartbeats, and loses its devices.
  it('requests CPU and memory, limits memory, and limits no CPU', () => {
    for (const { resources } of containers) {
      expect(resources?.requests).toMatchObject({ cpu: expect.any(String) });
      const { requested, limit } = memoryOf(resources);
      expect(limit).toBeGreaterThan(requested);
      expect(resources?.limits).not.toHaveProperty('cpu');
    }
  });

  it('requests for a worker what one with 500 WhatsApp sessions was measured to take', () => {
    const { spec } = get(manifests, 'Deployment', 'worker') as Workload;
    const [container] = spec.template.spec.containers;
    const figures = readJson('bench/results/latest.json') as Record<string, { value: number }>;
    const { requested, limit } = memoryOf(container?.resources);
    expect(requested).toBeGreaterThan(figures['P7']?.value ?? Infinity);
    const options = container?.env?.find(({ name }) => name === 'NODE_OPTIONS')?.value;
    const heap = Number(/^--max-old-space-size=(\d+)$/.exec(options ?? '')?.[1]);
    // The rest is for buffers, code and stacks.
    expect(heap).toBeLessThanOrEqual(limit * 0.75);
  });

  it('lets nothing in or out but what is named', () => {
    expect(get(manifests, 'NetworkPolicy', 'default-deny').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    const toTheWorld = ofKind(manifests, 'NetworkPolicy').filter((policy) =>
      JSON.stringify(policy).includes('0.0.0.0/0'),
    );
    expect(toTheWorld.map(({ metadata }) => metadata.name)).toEqual(['whatsapp']);
    expect(podsOf(toTheWorld[0]?.spec?.['podSelector'] as Selector)).toEqual([
      expect.objectContaining({ 'app.kubernetes.io/name': 'worker' }),
    ]);
  });

  it('lets Prometheus find what it is to read', () => {
    for (const monitor of ofKind(manifests, 'ServiceMonitor')) {
      const found = ofKind(manifests, 'Service').filter(({ metadata }) =>
        matches(metadata.labels ?? {}, monitor.spec?.['selector'] as Selector),
      );
      expect(found.map(({ metadata }) => metadata.name).toSorted()).toEqual([
        'scheduler',
        'worker',
      ]);
      const { endpoints } = monitor.spec as { endpoints: readonly { port: string }[] };
      for (const { port } of endpoints) {
        for (const { spec } of found)
          expect(spec?.['ports']).toContainEqual(expect.objectContaining({ name: port }));
      }
    }
  });
});

describe('what a site brings', () => {
  it('is told in docs/deploy.md', () => {
    const page = readText('docs/deploy.md');
    for (const name of supplied) expect(page).toContain(name);
  });
});

describe.each(Object.entries(ports))('the port of %s', (app, port) => {
  it('is the one that its sources take, and that docs/configuration.md tells', () => {
    const sources: Readonly<Record<keyof typeof ports, string>> = {
      scheduler: 'apps/scheduler/src/start-scheduler.ts',
      worker: 'apps/worker/src/worker-config.ts',
      simulator: 'apps/simulator/src/parse-options.ts',
      dashboard: 'apps/dashboard/src/start-dashboard.ts',
    };
    expect(readText(sources[app as keyof typeof ports])).toContain(`'${port}'`);
    expect(readText('docs/configuration.md')).toContain(String(port));
  });
});

const portNames = ({ ports: given = [] }: Container): readonly string[] =>
  given.map(({ name }) => name);

function configMapsOf({ containers, volumes = [] }: Workload['spec']['template']['spec']) {
  return [
    ...containers.flatMap(({ envFrom = [], env = [] }) => [
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ]),
    ...volumes.map(({ configMap }) => configMap?.name),
  ].filter((name) => name !== undefined);
}

function secretsOf({ containers, volumes = [] }: Workload['spec']['template']['spec']) {
  return [
    ...containers.flatMap(({ envFrom = [], env = [] }) => [
      ...envFrom.map(({ secretRef }) => secretRef?.name),
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ]),
    ...volumes.flatMap(({ secret, projected }) => [
      secret?.secretName,
      ...(projected?.sources.map((source) => source.secret?.name) ?? []),
    ]),
  ].filter((name) => name !== undefined);
}

/** In MiB. */
function memoryOf(resources: Container['resources']): { requested: number; limit: number } {
  const read = (text: string | undefined) => Number(/^(\d+)Mi$/.exec(text ?? '')?.[1]);
  return {
    requested: read(resources?.requests?.['memory']),
    limit: read(resources?.limits?.['memory']),
  };
}
