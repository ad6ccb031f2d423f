import { expect, it } from 'vitest';
import { qrPath } from './qr-path.ts';

it('draws each run of dark modules as a rectangle', () => {
  expect(qrPath(['110', '001', '000'])).toBe('M0 0h2v1h-2zM2 1h1v1h-1z');
});
