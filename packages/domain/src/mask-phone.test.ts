import { expect, it } from 'vitest';
import { maskPhone } from './mask-phone.ts';

it('maskPhone leaves too little to call', () => {
  expect(maskPhone('+15559990001')).toBe('+15*******01');
});
