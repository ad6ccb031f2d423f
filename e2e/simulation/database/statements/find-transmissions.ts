// Mirrors packages/store/sql/find-transmissions.sql.
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const findTransmissions: Statement = (tx, values) => {
  const $ = parameters(values);
  const reaches = $.numbers(2);
  return $.numbers(1)
    .flatMap((device, index) =>
      tx
        .where('deliveries', 'device_id', device)
        .filter((delivery) => delivery.last_attempt_at >= tx.now - (reaches[index] ?? 0)),
    )
    .toSorted((a, b) => a.device_id - b.device_id || a.last_attempt_at - b.last_attempt_at)
    .map((delivery) => ({
      device_id: delivery.device_id,
      attempt_age_ms: tx.now - delivery.last_attempt_at,
      ack_age_ms: delivery.acked_at === null ? null : tx.now - delivery.acked_at,
      attempts: delivery.attempts,
    }));
};
