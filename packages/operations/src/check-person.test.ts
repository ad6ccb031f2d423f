import { epochMs } from '@dripfleet/domain';
import { describe, expect, it } from 'vitest';
import { checkPerson, type PersonInput } from './check-person.ts';

const now = epochMs(Date.parse('2026-01-31T12:00:00Z'));
const input: PersonInput = { phone: '+15559990001', consent_source: 'web form', attributes: {} };

describe('checkPerson', () => {
  it('accepts what is given, and takes blank for not given', () => {
    const full = {
      ...input,
      consent_at: '2026-01-01',
      name: ' Ana ',
      time_zone: 'Asia/Makassar',
      device: ' ',
      attributes: { first_name: 'Ana', city: '  ' },
    };
    expect(checkPerson(full, now)).toEqual({
      kind: 'accepted',
      person: {
        phone: '+15559990001',
        name: 'Ana',
        timeZone: 'Asia/Makassar',
        device: undefined,
        consent: { source: 'web form', at: new Date('2026-01-01T00:00:00Z') },
        attributes: { first_name: 'Ana' },
      },
    });
  });

  it.each<[string, Partial<PersonInput>]>([
    ['phone', { phone: '0812' }],
    ['consent_source', { consent_source: ' ' }],
    ['consent_source', { consent_source: 'x'.repeat(201) }],
    ['consent_at', { consent_at: '31/01/2026' }],
    ['consent_at', { consent_at: '2062-01-31' }],
    ['time_zone', { time_zone: 'Mars/Olympus' }],
    ['time_zone', { time_zone: '+08:00' }],
    ['time_zone', { time_zone: '../etc/passwd' }],
    ['name', { name: 'x'.repeat(201) }],
    ['name', { name: 'A\u0000na' }],
    ['name', { name: 'Jos\uFFFD' }],
    ['city', { attributes: { city: 'x'.repeat(1_001) } }],
    ['__proto__', { attributes: JSON.parse('{"__proto__":"x"}') }],
    ['order id', { attributes: { 'order id': '1' } }],
    [
      'a64',
      { attributes: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${i}`, 'x'])) },
    ],
  ])('rejects a bad %s', (field, change) => {
    const checked = checkPerson({ ...input, ...change }, now);
    expect(checked).toMatchObject({ kind: 'rejected', problem: { field } });
    expect(checked).not.toHaveProperty('problem.fix', '');
  });

  it('takes a date of tomorrow, which is today further east', () => {
    expect(checkPerson({ ...input, consent_at: '2026-02-01' }, now).kind).toBe('accepted');
  });
});
