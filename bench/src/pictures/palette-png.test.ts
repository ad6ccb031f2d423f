import { deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { palettePng } from './palette-png.ts';
import { pngPixels } from './png-pixels.ts';

/** A PNG as a browser writes it: filters and all. */
const header = Buffer.from('0000000300000002080200000000000000', 'hex').subarray(0, 13);
const chunk = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
};
const pngOf = (lines: readonly (readonly number[])[]) =>
  Buffer.concat([
    Buffer.alloc(8),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(lines.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);

test.each([
  [
    'none and left',
    [
      [0, 9, 9, 9, 8, 8, 8, 7, 7, 7],
      [1, 1, 2, 3, 0, 0, 0, 1, 1, 1],
    ],
  ],
  [
    'up',
    [
      [0, 9, 9, 9, 8, 8, 8, 7, 7, 7],
      [2, 248, 249, 250, 249, 250, 251, 251, 252, 253],
    ],
  ],
  [
    'average',
    [
      [0, 9, 9, 9, 8, 8, 8, 7, 7, 7],
      [3, 253, 254, 255, 253, 253, 253, 255, 255, 255],
    ],
  ],
  [
    'Paeth',
    [
      [0, 9, 9, 9, 8, 8, 8, 7, 7, 7],
      [4, 248, 249, 250, 0, 0, 0, 1, 1, 1],
    ],
  ],
])('reads the pixels of lines filtered by %s', (_, lines) => {
  const { width, height, rgb } = pngPixels(pngOf(lines));
  expect([width, height]).toEqual([3, 2]);
  expect([...rgb.subarray(9, 12)]).toEqual([1, 2, 3]);
});

test('keeps every pixel as long as there are no more colours than places', () => {
  const rgb = Buffer.from([1, 2, 3, 4, 5, 6, 1, 2, 3, 7, 8, 9, 4, 5, 6, 1, 2, 3]);
  const png = palettePng({ width: 3, height: 2, rgb });
  const palette = png.subarray(png.indexOf('PLTE') + 4);
  const data = png.indexOf('IDAT');
  const lines = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  const drawn = [...lines]
    .filter((_, at) => at % 4 !== 0)
    .flatMap((place) => [...palette.subarray(place * 3, place * 3 + 3)]);
  expect(drawn).toEqual([...rgb]);
});
