import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Every metric of the service: what docs, dashboards and alerts may name. Never labelled by device. */
export const metricCatalog = {
  dripfleet_active_workers: { type: 'gauge', help: 'Device workers running in this process' },
  dripfleet_active_devices: {
    type: 'gauge',
    help: 'Devices of this process whose session is open',
  },
  dripfleet_device_capacity: { type: 'gauge', help: 'Device workers that this process may run' },
  dripfleet_messages_total: {
    type: 'counter',
    help: 'Attempts concluded, by what came out',
    labels: ['outcome'],
  },
  dripfleet_errors_total: { type: 'counter', help: 'Failures, by class', labels: ['class'] },
  dripfleet_fenced_total: {
    type: 'counter',
    help: 'Times this process cut its sessions for want of a heartbeat',
  },
  dripfleet_process_seconds: { type: 'histogram', help: 'From begin to finish, pacing excluded' },
  dripfleet_due_to_sent_seconds: {
    type: 'histogram',
    help: 'From due to the acknowledgement, queue and pacing included',
  },
  dripfleet_ack_seconds: { type: 'histogram', help: 'From the write to the acknowledgement' },
  dripfleet_trigger_seconds: {
    type: 'histogram',
    help: 'One pass of process-triggers over its shards',
  },
  dripfleet_queue_depth: {
    type: 'gauge',
    help: 'Rows queued per device, over all devices with any',
    labels: ['quantile'],
  },
  dripfleet_devices: {
    type: 'gauge',
    help: 'Devices, by session state',
    labels: ['session_state'],
  },
  dripfleet_http_requests_total: {
    type: 'counter',
    help: 'Requests that the dashboard answered, by class of status (2xx, 4xx, 5xx)',
    labels: ['status'],
  },
  dripfleet_devices_wanted: { type: 'gauge', help: 'Devices that have something to do' },
} as const;

export type MetricName = keyof typeof metricCatalog;

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The metrics of one process. Only those that it touches appear in its `/metrics`. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #made = new Map<MetricName, Counter | Gauge | Histogram>();
  readonly #collectors: (() => Promise<void> | void)[] = [];

  /** Adds `by` to a counter. */
  count(name: MetricName, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const metric = this.#metric(name);
    if (metric instanceof Counter) metric.inc(labels, by);
  }

  /** Sets a gauge. */
  set(name: MetricName, value: number, labels: Readonly<Record<string, string>> = {}): void {
    const metric = this.#metric(name);
    if (metric instanceof Gauge) metric.set(labels, value);
  }

  /** Forgets a metric, so that nothing of it is shown that isn't set anew; a reset would show 0. */
  clear(name: MetricName): void {
    this.#registry.removeSingleMetric(name);
    this.#made.delete(name);
  }

  /** Adds a duration, in ms, to a histogram of seconds. */
  observe(name: MetricName, ms: number): void {
    const metric = this.#metric(name);
    if (metric instanceof Histogram) metric.observe(ms / 1_000);
  }

  /** `collect` sets gauges right before a scrape. */
  onScrape(collect: () => Promise<void> | void): void {
    this.#collectors.push(collect);
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    await Promise.all(this.#collectors.map(async (collect) => await collect()));
    return await this.#registry.metrics();
  }

  #metric(name: MetricName): Counter | Gauge | Histogram {
    let metric = this.#made.get(name);
    if (!metric) {
      metric = this.#make(name);
      this.#made.set(name, metric);
    }
    return metric;
  }

  #make(name: MetricName): Counter | Gauge | Histogram {
    const { type, help, ...rest } = metricCatalog[name];
    const labelNames = 'labels' in rest ? [...rest.labels] : [];
    const options = { name, help, labelNames, registers: [this.#registry] };
    if (type === 'counter') return new Counter(options);
    if (type === 'gauge') return new Gauge(options);
    return new Histogram({ ...options, buckets });
  }
}
