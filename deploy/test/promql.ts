import { parser } from '@prometheus-io/lezer-promql';

/** What an expression reads: a metric, and the values of labels that it asks for. */
export type Selector = Readonly<{
  metric: string;
  matchers: readonly Readonly<{ label: string; value: string }>[];
}>;

/** What Grafana fills in before Prometheus sees it. */
const grafanaInterval = '$__rate_interval';

/** Everything that an expression of PromQL reads, by Prometheus' own grammar. Throws where that does not take it. */
export function selectorsIn(expression: string): readonly Selector[] {
  const text = expression.replaceAll(grafanaInterval, '5m');
  const selectors: Selector[] = [];
  type Node = NonNullable<ReturnType<ReturnType<typeof parser.parse>['topNode']['getChild']>>;
  const textOf = (node: Node | null) => (node ? text.slice(node.from, node.to) : '');
  parser.parse(text).iterate({
    enter: ({ type, from, node }) => {
      if (type.isError) throw new Error(`no PromQL from character ${from} on: ${text}`);
      if (type.name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      selectors.push({
        metric: textOf(node.getChild('Identifier')),
        matchers: matchers.map((matcher) => ({
          label: textOf(matcher.getChild('LabelName')),
          value: textOf(matcher.getChild('StringLiteral')).slice(1, -1),
        })),
      });
    },
  });
  return selectors;
}

/** The metrics that an expression reads, each once. */
export function metricsIn(expression: string): readonly string[] {
  return [...new Set(selectorsIn(expression).map(({ metric }) => metric))];
}
