import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { decodeStanza, encodeStanza, stanza } from './stanza.ts';

const hello = stanza('message', { id: 'A1' }, [stanza('enc', { v: '2' }, Buffer.from([1, 2]))]);

it('reads what it writes, packed or not', () => {
  const plain = Buffer.from(encodeStanza(hello));
  const packed = Buffer.concat([Buffer.from([2]), deflateSync(plain.subarray(1))]);
  expect(decodeStanza(plain)).toEqual(hello);
  expect(decodeStanza(packed)).toEqual(hello);
});

// Guards the simulator's memory: a small frame can unpack to a thousand times its size.
it('refuses a stanza that unpacks to more than a frame may hold', () => {
  const large = encodeStanza(stanza('message', {}, Buffer.alloc(2 * 1024 * 1024)));
  const bomb = Buffer.concat([Buffer.from([2]), deflateSync(large.subarray(1))]);
  expect(bomb.length).toBeLessThan(10_000);
  expect(() => decodeStanza(bomb)).toThrow(/no stanza/);
});

it.each([Buffer.alloc(0), Buffer.from([0]), Buffer.from([0, 248, 9]), Buffer.from([2, 1, 2, 3])])(
  'refuses %j',
  (bytes) => {
    expect(() => decodeStanza(bytes)).toThrow(/no stanza/);
  },
);
