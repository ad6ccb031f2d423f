import fc from 'fast-check';
import { expect, test } from 'vitest';
import { phoneNumber } from './ids.ts';
import { phoneOfJid, userJid } from './jid.ts';

test('every number comes back from its address', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+[1-9][0-9]{4,14}$/).map(phoneNumber), (phone) => {
      expect(userJid(phone)).toMatch(/^\d+@s\.whatsapp\.net$/);
      expect(phoneOfJid(userJid(phone))).toBe(phone);
    }),
  );
});

test.each([
  '',
  '@s.whatsapp.net',
  '15550000001',
  '15550000001@g.us',
  '15550000001@lid',
  '15550000001:3@s.whatsapp.net',
  '015550000001@s.whatsapp.net',
  '+15550000001@s.whatsapp.net',
  '1@s.whatsapp.net',
  '1234567890123456@s.whatsapp.net',
  '15550000001@s.whatsapp.net.evil.com',
  'status@broadcast',
])('%j is no person\u2019s address', (jid) => {
  // Guards: a message to a group, or to everybody, where one contact was meant.
  expect(phoneOfJid(jid)).toBeUndefined();
});
