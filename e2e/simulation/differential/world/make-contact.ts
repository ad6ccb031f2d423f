import { phoneHash, phoneNumber } from '@dripfleet/domain';
import type { Random } from '../random.ts';
import { hour, phoneOf, type WorldRow, worldSecret, worldStart } from './world-facts.ts';

/** A contact, and most of the time the suppression that goes with its mark. */
export function makeContact(random: Random, n: number, suppressed: boolean): readonly WorldRow[] {
  const phone = phoneOf(n);
  const contact: WorldRow = {
    table: 'contacts',
    row: {
      phone,
      name: random.pick([null, 'Ana']),
      attributes: random.chance(50) ? { city: 'Graz' } : {},
      consent_source: random.pick([null, 'form']),
      consent_at: random.chance(88) ? worldStart - hour - n : null,
      suppressed_at: suppressed ? worldStart - random.pick([1, 90 * hour, 90 * hour]) : null,
    },
  };
  if (suppressed ? random.chance(10) : random.chance(95)) return [contact];
  const hash = phoneHash(worldSecret, phoneNumber(phone)).toString('hex');
  const row = { phone_hash: hash, reason: 'stop', at: worldStart - hour };
  return [contact, { table: 'suppressions', row }];
}
