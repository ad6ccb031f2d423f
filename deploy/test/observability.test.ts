import { existsSync } from 'node:fs';
import type { Conclusion } from '@dripfleet/domain';
import { type MetricName, metricCatalog } from '@dripfleet/runtime';
import type { DeviceSessionState } from '@dripfleet/store';
import { describe, expect, it } from 'vitest';
import { get } from './kustomize/manifest.ts';
import { render } from './kustomize/render.ts';
import { metricsIn, selectorsIn } from './promql.ts';
import { inRoot, parseDocuments, readJson, readText } from './repository.ts';

type Rule = Readonly<{
  alert: string;
  expr: string;
  for?: string;
  labels: Readonly<{ severity: string }>;
  annotations: Readonly<{ summary: string; runbook_url: string }>;
}>;

type Panel = Readonly<{
  id: number;
  title: string;
  gridPos: Readonly<{ x: number; y: number; w: number; h: number }>;
  targets: readonly Readonly<{ expr: string; refId: string }>[];
}>;

const monitoring = render('components/monitoring');
const groups = get(monitoring, 'PrometheusRule', 'dripfleet').spec?.['groups'] as readonly {
  rules: readonly Rule[];
}[];
const rules = groups.flatMap((group) => group.rules);
const { panels } = readJson('deploy/k8s/components/monitoring/grafana-dashboard.json') as {
  panels: readonly Panel[];
};
const keda = get(render('components/keda'), 'ScaledObject', 'worker').spec?.[
  'triggers'
] as readonly { metadata: { query: string } }[];
const [adapter] = parseDocuments(
  readText('deploy/k8s/components/hpa/prometheus-adapter-values.yaml'),
) as readonly {
  rules: {
    external: readonly { seriesQuery: string; metricsQuery: string; name: { as: string } }[];
  };
}[];
const external = adapter?.rules.external ?? [];

const expressions: readonly (readonly [string, string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...keda.map(({ metadata }) => ['KEDA', metadata.query] as const),
  ...external.flatMap(({ seriesQuery, metricsQuery }) => [
    ['prometheus-adapter', seriesQuery] as const,
    ['prometheus-adapter', metricsQuery.replaceAll(/<<[^>]*>>/g, 'namespace="x"')] as const,
  ]),
];

/** What a metric is read by: a histogram shows as three, and Prometheus adds `up` by itself. */
const readable = new Set([
  'up',
  ...(Object.keys(metricCatalog) as MetricName[]).flatMap((name) =>
    metricCatalog[name].type === 'histogram'
      ? [`${name}_bucket`, `${name}_sum`, `${name}_count`]
      : [name],
  ),
]);

type ErrorClass = Extract<Conclusion, { errorClass: string }>['errorClass'] | 'engine';

const outcomes: Readonly<Record<Conclusion['kind'], true>> = {
  sent: true,
  retry: true,
  recover: true,
  failed: true,
  held: true,
};
const classes: Readonly<Record<ErrorClass, true>> = {
  contact: true,
  content: true,
  account: true,
  engine: true,
};
const sessionStates: Readonly<Record<DeviceSessionState, true>> = {
  closed: true,
  connecting: true,
  open: true,
  unreachable: true,
  unpaired: true,
  pairing: true,
  logged_out: true,
  banned: true,
  conflict: true,
  quarantined: true,
  restricted: true,
};

/** The values of the labels that have few; the types hold them to the sources. */
const valuesOf: Readonly<Record<string, readonly string[]>> = {
  outcome: Object.keys(outcomes),
  class: Object.keys(classes),
  session_state: Object.keys(sessionStates),
};

describe('alerts, dashboard and autoscalers', () => {
  // Guards against an alert that can't fire because what it asks for was renamed.
  it.each(expressions)('%s asks for metrics that exist: %s', (_, expression) => {
    const names = metricsIn(expression);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !readable.has(name))).toEqual([]);
  });

  it.each(expressions)('%s selects by labels that those have: %s', (_, expression) => {
    const wrong = selectorsIn(expression).flatMap(({ metric, matchers }) =>
      matchers.filter(({ label }) => !labelsOf(metric).includes(label)),
    );
    expect(wrong).toEqual([]);
  });

  // Guards against an alert on a state or an outcome that is called otherwise by now.
  it.each(expressions)('%s asks for values that those labels take: %s', (_, expression) => {
    const asked = selectorsIn(expression).flatMap(({ matchers }) =>
      matchers.flatMap(({ label, value }) => value.split('|').map((one) => [label, one] as const)),
    );
    const wrong = asked.filter(([label, value]) => !(valuesOf[label]?.includes(value) ?? true));
    expect(wrong).toEqual([]);
  });
});

describe('alerts', () => {
  it('have a name and a page of docs/runbooks each, which names them', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    const wrong = rules.filter(({ alert, annotations }) => {
      const page = /\/docs\/runbooks\/([a-z-]+\.md)$/.exec(annotations.runbook_url)?.[1] ?? '';
      if (!existsSync(inRoot('docs/runbooks', page))) return true;
      return !readText('docs/runbooks', page).includes(`\`${alert}\``);
    });
    expect(wrong.map(({ alert }) => alert)).toEqual([]);
  });

  it('say how urgent they are, and in words what is wrong', () => {
    for (const { labels, annotations } of rules) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
    }
  });

  // A deploy restarts everything, and must wake nobody.
  it('wake somebody only for what has lasted', () => {
    const hasty = rules.filter((rule) => rule.labels.severity === 'critical' && !rule.for);
    expect(hasty).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('has its panels side by side, each with a number of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });

  it('shows every metric', () => {
    const shown = new Set(
      panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))),
    );
    const hidden = Object.keys(metricCatalog).filter(
      (name) => ![name, `${name}_bucket`, `${name}_count`].some((one) => shown.has(one)),
    );
    expect(hidden).toEqual([]);
  });

  it('is what Grafana gets', () => {
    const { data } = get(monitoring, 'ConfigMap', 'dripfleet-grafana');
    expect(JSON.parse(data?.['dripfleet.json'] ?? '')).toMatchObject({ uid: 'dripfleet' });
  });
});

/** Its own, and those that Prometheus puts on everything it reads. */
function labelsOf(metric: string): readonly string[] {
  const name = metric.replace(/_(bucket|sum|count)$/, '');
  const entry = metricCatalog[(name in metricCatalog ? name : metric) as MetricName] as
    | Readonly<{ labels?: readonly string[] }>
    | undefined;
  return ['namespace', 'pod', 'job', ...(entry?.labels ?? [])];
}
