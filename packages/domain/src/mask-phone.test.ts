import { expect, it } from 'vitest';
import { phoneNumber } from './ids.ts';
import { maskPhone } from './mask-phone.ts';

it('maskPhone leaves too little to call', () => {
  expect(maskPhone(phoneNumber('+15559990001'))).toBe('+15*******01');
});
