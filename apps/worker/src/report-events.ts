import type { Logger, Metrics } from '@dripfleet/runtime';
import type { Observe, WorkerEvent } from './events.ts';

/** Turns what a worker reports into log lines and metrics. Ids only: no number, no text. */
export function reportEvents(logger: Logger, metrics: Metrics): Observe {
  return (event) => {
    measure(event, metrics);
    const { kind, ...facts } = event;
    if (event.kind === 'problem') {
      const { where, deviceId, error } = event;
      logger.warn({ where, deviceId, err: error }, kind);
    } else logger[levels[kind] ?? 'debug'](facts, kind);
  };
}

const levels: Partial<Record<WorkerEvent['kind'], 'info' | 'warn'>> = {
  'claim.made': 'info',
  'claim.lost': 'warn',
  'claim.released': 'info',
  'worker.fenced': 'warn',
  'delivery.refused': 'warn',
  'contact.replied': 'info',
  'contact.opted_out': 'info',
  'session.stopped': 'warn',
  'device.paired': 'info',
  'device.drained': 'info',
  'device.restarted': 'warn',
};

function measure(event: WorkerEvent, metrics: Metrics): void {
  if (event.kind === 'delivery.concluded') {
    metrics.count('dripfleet_messages_total', { outcome: event.conclusion });
    metrics.observe('dripfleet_process_seconds', event.processMs);
    if (event.conclusion === 'sent') {
      metrics.observe('dripfleet_ack_seconds', event.ackMs);
      // Two machines' clocks may differ by more than it took.
      if (event.dueMs !== undefined) {
        metrics.observe('dripfleet_due_to_sent_seconds', Math.max(0, event.dueMs));
      }
    }
    if (event.errorClass) metrics.count('dripfleet_errors_total', { class: event.errorClass });
  } else if (event.kind === 'delivery.refused') {
    metrics.count('dripfleet_errors_total', { class: 'content' });
  } else if (event.kind === 'worker.fenced') metrics.count('dripfleet_fenced_total');
  else if (event.kind === 'problem') metrics.count('dripfleet_errors_total', { class: 'engine' });
}
