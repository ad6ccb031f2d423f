import { expect, it } from 'vitest';
import { jidOf, lidOf, parseJid } from './address.ts';

const phone = '+15550000001';

it.each([
  [jidOf(phone), 0],
  [jidOf(phone, 3), 3],
  [lidOf(phone), 0],
  [lidOf(phone, 3), 3],
  ['15550000001@c.us', 0],
  ['15550000001_1:3@s.whatsapp.net', 3],
])('finds the number in %s', (jid, device) => {
  expect(parseJid(jid)).toEqual({ phone, device });
});

it.each(['120363000000000001@g.us', 'status@broadcast', '12@s.whatsapp.net', '', undefined])(
  'finds no number in %s',
  (jid) => {
    expect(parseJid(jid)).toBeUndefined();
  },
);
