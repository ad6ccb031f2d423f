import { describe, expect, it } from 'vitest';
import { get, type Manifest, type Workload } from './kustomize/manifest.ts';
import { render } from './kustomize/render.ts';

const isolated = (component: string): readonly Manifest[] => render(`components/${component}`);

const worker = (manifests: readonly Manifest[]) =>
  get(manifests, 'Deployment', 'worker') as Workload;

type Scaled = Readonly<{
  scaleTargetRef: Readonly<{ name: string }>;
  minReplicaCount: number;
  maxReplicaCount: number;
  fallback: Readonly<{ replicas: number }>;
  advanced: Readonly<{ horizontalPodAutoscalerConfig: Readonly<{ behavior: unknown }> }>;
  triggers: readonly Readonly<{ metadata: Readonly<Record<string, string>> }>[];
}>;

describe('autoscaling', () => {
  // Guards against `kubectl apply` setting the number of workers back each time.
  it('leaves the number of workers to the autoscaler', () => {
    expect(worker(render('overlays/small')).spec.replicas).toBe(2);
    expect(worker(render('overlays/3000-devices')).spec).not.toHaveProperty('replicas');
  });

  it('means the same with KEDA and with the plain autoscaler', () => {
    const keda = get(isolated('keda'), 'ScaledObject', 'worker').spec as unknown as Scaled;
    const plain = get(isolated('hpa'), 'HorizontalPodAutoscaler', 'worker').spec;
    expect(plain).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', ...keda.scaleTargetRef },
      minReplicas: keda.minReplicaCount,
      maxReplicas: keda.maxReplicaCount,
      behavior: keda.advanced.horizontalPodAutoscalerConfig.behavior,
      metrics: [
        {
          external: {
            target: {
              averageValue: `${Number(keda.triggers[0]?.metadata['threshold']) * 1_000}m`,
            },
          },
        },
      ],
    });
  });

  // 6 workers of 500 would be full; the room is for one that dies.
  it('makes 8 workers of 3,000 devices, also when nobody answers', () => {
    const { fallback, triggers, maxReplicaCount } = get(isolated('keda'), 'ScaledObject', 'worker')
      .spec as unknown as Scaled;
    const threshold = Number(triggers[0]?.metadata['threshold']);
    expect(Math.ceil(3_000 / 500 / threshold)).toBe(8);
    expect(fallback.replicas).toBe(8);
    expect(maxReplicaCount).toBeGreaterThan(8);
  });
});
