import type { Logger, Metrics } from '@dripfleet/runtime';
import type { Observe, SchedulerEvent } from './events.ts';

/** Turns what a scheduler reports into log lines and metrics. */
export function reportEvents(logger: Logger, metrics: Metrics): Observe {
  return (event) => {
    if (event.kind === 'problem') {
      metrics.count('dripfleet_errors_total', { class: 'engine' });
      logger.warn({ where: event.where, err: event.error }, event.kind);
      return;
    }
    if (event.kind === 'triggers.processed') metrics.observe('dripfleet_trigger_seconds', event.ms);
    const { kind, ...facts } = event;
    logger[levels[kind] ?? 'debug'](facts, kind);
  };
}

const levels: Partial<Record<SchedulerEvent['kind'], 'info' | 'warn'>> = {
  'enqueue.refused': 'warn',
  'jobs.reconciled': 'warn',
  'redis.away': 'warn',
  'replica.behind': 'warn',
};
