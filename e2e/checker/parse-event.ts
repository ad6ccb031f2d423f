import { parseObject } from './json-object.ts';
import type { LedgerEvent } from './ledger-event.ts';

const outcomes = ['accepted', 'dropped', 'nacked'] as const;

/** Reads one ledger line. Throws `InputError` naming the place; an event it does not know becomes `other`. */
export function parseEvent(line: string, place: string): LedgerEvent {
  const fields = parseObject(line, place);
  const at = { t: fields.count('t'), n: fields.count('n', 1) };
  const event = fields.text('event');
  switch (event) {
    case 'message':
      return {
        ...at,
        event,
        device: fields.text('device'),
        conn: fields.count('conn'),
        to: fields.text('to'),
        id: fields.text('id'),
        text: fields.text('text'),
        outcome: fields.oneOf('outcome', outcomes),
      };
    case 'inbound': {
      const from = fields.text('from');
      return { ...at, event, device: fields.text('device'), from, text: fields.text('text') };
    }
    case 'connect':
    case 'disconnect':
    case 'conflict':
      return { ...at, event, device: fields.text('device'), conn: fields.count('conn') };
    case 'ack':
      return { ...at, event, device: fields.text('device'), id: fields.text('id') };
    case 'start':
    case 'delivered':
    case 'read':
    case 'paired':
    case 'unpaired':
      return { ...at, event };
    default:
      return { ...at, event: 'other' };
  }
}
