import { deviceId } from '@dripfleet/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDataKey } from './data-key.ts';
import { deviceCipher } from './device-cipher.ts';

const dataKey = makeDataKey();
const cipher = deviceCipher(deviceId(1), dataKey);

describe('the cipher of a device', () => {
  it('opens a value as what it was sealed as only, even with the same key', () => {
    const [a, b] = [cipher.keyId('session', 'a'), cipher.keyId('session', 'b')];
    const sealed = cipher.seal('session', a, 'value');
    expect(cipher.unseal('session', a, sealed)).toBe('value');
    expect(cipher.unseal('session', b, sealed)).toBeUndefined();
    expect(cipher.unseal('pre-key', a, sealed)).toBeUndefined();
    expect(deviceCipher(deviceId(2), dataKey).unseal('session', a, sealed)).toBeUndefined();
    expect(deviceCipher(deviceId(1), makeDataKey()).unseal('session', a, sealed)).toBeUndefined();
  });

  it('gives every kind and id its own place, 16 bytes that say nothing of them', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.string(), fc.string()),
        fc.tuple(fc.string(), fc.string()),
        (x, y) => {
          fc.pre(x[0] !== y[0] || x[1] !== y[1]);
          const [one, other] = [cipher.keyId(...x), cipher.keyId(...y)];
          expect(one).toHaveLength(16);
          expect(one.equals(other)).toBe(false);
          expect(one.equals(cipher.keyId(...x))).toBe(true);
        },
      ),
    );
  });
});
