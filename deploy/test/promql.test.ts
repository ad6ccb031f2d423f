import { expect, it } from 'vitest';
import { metricsIn, selectorsIn } from './promql.ts';

it.each([
  ['up == 0', ['up']],
  ['absent(a_metric{job=~"b|c"})', ['a_metric']],
  ['60 * sum by (outcome) (rate(a_total{x="y z"}[$__rate_interval]))', ['a_total']],
  ['max by (a) (b) > 0 unless on (c) sum by (d) (increase(e[30m])) > 0', ['b', 'e']],
  ['(a unless a offset 15m) or increase(a[15m])', ['a']],
])('finds the metrics of %s', (expression, names) => {
  expect(metricsIn(expression)).toEqual(names);
});

it('finds what a metric is selected by', () => {
  expect(selectorsIn('rate(a{b="c",d=~"e|f"}[5m])')).toEqual([
    {
      metric: 'a',
      matchers: [
        { label: 'b', value: 'c' },
        { label: 'd', value: 'e|f' },
      ],
    },
  ]);
});

it.each(['sum by (a (b)', 'a{b=c}', 'rate(a[5])) > 1', 'a >> 1'])(
  'takes nothing that Prometheus would not: %s',
  (expression) => {
    expect(() => selectorsIn(expression)).toThrow('no PromQL');
  },
);
