import { messageId, sequenceContactId, stepKey } from '@dripfleet/domain';
import type { Row } from '../../database/rows.ts';
import type { Random } from '../random.ts';
import type { Run } from './make-runs.ts';
import { hour, second, stepKeys, type WorldRow, worldSecret, worldStart } from './world-facts.ts';

type DeliveryPlace = Readonly<{ id: number; run: Run; devices: number; suppressed: boolean }>;

export function makeDeliveries(random: Random, place: DeliveryPlace): readonly WorldRow[] {
  const { id, run, suppressed } = place;
  const rows = stepKeys.flatMap((key, index) => {
    const likely = run.next_step_key === key && run.dispatch_state === 'sending';
    if (!random.chance(likely ? 90 : 25)) return [];
    const state = random.pick([
      'ready',
      'sending',
      'sent',
      'sent',
      'failed',
      'uncertain',
      'cancelled',
    ] as const);
    return [
      makeDelivery(random, place, {
        step_key: key,
        cycle: 0,
        state: likely ? 'sending' : state,
        n: id * 4 + index,
      }),
    ];
  });
  if (!random.chance(suppressed ? 70 : 12)) return rows;
  const confirmation = { step_key: 'opt-out', cycle: random.int(2), n: id * 4 + 3 };
  const state = random.pick(['ready', 'ready', 'sending', 'sent', 'uncertain'] as const);
  return [...rows, makeDelivery(random, place, { ...confirmation, state })];
}

function makeDelivery(
  random: Random,
  { id, run, devices }: DeliveryPlace,
  { n, ...given }: Pick<Row<'deliveries'>, 'step_key' | 'cycle' | 'state'> & { n: number },
): WorldRow {
  const intent = worldStart - random.pick([second, hour, 80 * hour]) - n;
  const attempts = given.state === 'ready' && given.step_key === 'opt-out' ? 0 : 1 + random.int(3);
  const concluded = given.state === 'sending' ? null : intent + 500;
  return {
    table: 'deliveries',
    row: {
      ...given,
      sequence_contact_id: id,
      contact_id: run.contact_id ?? 0,
      device_id: random.chance(92) ? (run.device_id ?? 1) : 1 + random.int(devices),
      message_id: messageId(worldSecret, {
        sequenceContactId: sequenceContactId(id),
        stepKey: stepKey(given.step_key),
        cycle: given.cycle,
      }),
      to_jid: `1777${id}@s.whatsapp.net`,
      body: random.chance(92) || given.step_key === 'opt-out' ? 'bound before' : null,
      epoch: random.int(4),
      attempts,
      resends: random.int(2),
      intent_at: intent,
      last_attempt_at: intent + 100,
      concluded_at: concluded,
      acked_at: given.state === 'sent' ? concluded : null,
      delivered_at: random.chance(15) ? intent + 900 : null,
      error_class: given.state === 'uncertain' ? 'unconfirmed' : null,
    },
  };
}
