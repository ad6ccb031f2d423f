import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Belonging, seal, unseal } from './sealed-box.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const belongings = fc.array(fc.oneof(fc.string({ maxLength: 5 }), fc.integer()), { maxLength: 4 });

describe('a sealed box', () => {
  it('opens to what was put in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), belongings, (plain, belonging) => {
        expect(unseal(key, belonging, seal(key, belonging, plain))).toEqual(Buffer.from(plain));
      }),
    );
  });

  // A row that was changed by hand, by a broken disk or by an attacker must never be taken for a credential.
  it('does not open after any bit was flipped, or any end was cut off or added', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.nat(7), (plain, at, bit) => {
        const sealed = seal(key, ['a'], plain);
        const flipped = Buffer.from(sealed);
        const place = at % sealed.length;
        flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << bit), place);
        expect(unseal(key, ['a'], flipped)).toBeUndefined();
        expect(unseal(key, ['a'], sealed.subarray(0, place))).toBeUndefined();
        expect(unseal(key, ['a'], Buffer.concat([sealed, Buffer.of(at % 256)]))).toBeUndefined();
      }),
    );
  });

  // A row put in the place of another one is authentic by itself; only what it belongs to tells.
  it('does not open as anything else, however alike the two are written', () => {
    fc.assert(
      fc.property(belongings, belongings, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(unseal(key, other, seal(key, one, Buffer.from('x')))).toBeUndefined();
      }),
    );
    const alike: readonly [Belonging, Belonging][] = [
      [
        ['ab', 'c'],
        ['a', 'bc'],
      ],
      [['1'], [1]],
      [['a,b'], ['a', 'b']],
    ];
    for (const [one, other] of alike)
      expect(unseal(key, other, seal(key, one, Buffer.from('x')))).toBeUndefined();
  });

  it('never uses a nonce twice, and opens with its own key only', () => {
    const boxes = Array.from({ length: 1_000 }, () => seal(key, [], Buffer.from('same')));
    expect(new Set(boxes.map((box) => box.subarray(1, 13).toString('hex'))).size).toBe(1_000);
    const [box = Buffer.alloc(0)] = boxes;
    expect(unseal(createSecretKey(Buffer.alloc(32, 8)), [], box)).toBeUndefined();
  });
});
