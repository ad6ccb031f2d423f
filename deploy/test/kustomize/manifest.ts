/** As much of Kubernetes' objects as the rules look at. */
export type Labels = Readonly<Record<string, string>>;

export type Selector = Readonly<{
  matchLabels?: Labels;
  matchExpressions?: readonly Readonly<{
    key: string;
    operator: string;
    values: readonly string[];
  }>[];
}>;

export type Probe = Readonly<{
  httpGet: Readonly<{ path: string; port: string | number }>;
  periodSeconds?: number;
  failureThreshold?: number;
}>;

export type EnvVar = Readonly<{
  name: string;
  value?: string;
  valueFrom?: Readonly<{
    secretKeyRef?: Readonly<{ name: string }>;
    configMapKeyRef?: Readonly<{ name: string }>;
    fieldRef?: Readonly<{ fieldPath: string }>;
  }>;
}>;

export type Container = Readonly<{
  name: string;
  image: string;
  command?: readonly string[];
  args?: readonly string[];
  env?: readonly EnvVar[];
  envFrom?: readonly Readonly<{
    configMapRef?: Readonly<{ name: string }>;
    secretRef?: Readonly<{ name: string }>;
  }>[];
  ports?: readonly Readonly<{ name: string; containerPort: number }>[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  lifecycle?: Readonly<{ preStop?: Readonly<Record<string, unknown>> }>;
  securityContext?: Readonly<Record<string, unknown>>;
  resources?: Readonly<{ requests?: Labels; limits?: Labels }>;
  volumeMounts?: readonly Readonly<{ name: string; mountPath: string; readOnly?: boolean }>[];
}>;

export type Volume = Readonly<{
  name: string;
  secret?: Readonly<{ secretName: string; defaultMode: number }>;
  configMap?: Readonly<{ name: string }>;
  emptyDir?: Readonly<{ sizeLimit?: string }>;
  projected?: Readonly<{
    defaultMode: number;
    sources: readonly Readonly<{ secret?: Readonly<{ name: string }> }>[];
  }>;
}>;

export type PodSpec = Readonly<{
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  securityContext?: Readonly<Record<string, unknown>>;
  topologySpreadConstraints?: readonly Readonly<{ topologyKey: string; labelSelector: Selector }>[];
  initContainers?: readonly Container[];
  containers: readonly Container[];
  volumes?: readonly Volume[];
}>;

export type PodTemplate = Readonly<{ metadata: Readonly<{ labels: Labels }>; spec: PodSpec }>;

export type Manifest = Readonly<{
  apiVersion: string;
  kind: string;
  metadata: Readonly<{
    name: string;
    namespace?: string;
    labels?: Labels;
    annotations?: Labels;
  }>;
  spec?: Readonly<Record<string, unknown>>;
  data?: Labels;
}>;

/** A Deployment or a Job. */
export type Workload = Manifest &
  Readonly<{ spec: Readonly<{ replicas?: number; selector?: Selector; template: PodTemplate }> }>;

export function workloadsOf(manifests: readonly Manifest[]): readonly Workload[] {
  return ofKind(manifests, 'Deployment', 'Job') as readonly Workload[];
}

export function ofKind(
  manifests: readonly Manifest[],
  ...kinds: readonly string[]
): readonly Manifest[] {
  return manifests.filter(({ kind }) => kinds.includes(kind));
}

/** The one of its kind and name. Throws when there is none. */
export function get(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

export const containersOf = ({
  initContainers = [],
  containers,
}: PodSpec): readonly Container[] => [...initContainers, ...containers];

/** Whether labels satisfy a selector. Throws for an operator that the manifests don't use. */
export function matches(
  labels: Labels,
  { matchLabels = {}, matchExpressions = [] }: Selector,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`no rule for the operator ${operator}`);
      return values.includes(labels[key] ?? '');
    })
  );
}
