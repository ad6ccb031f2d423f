import { crc32, deflateSync } from 'node:zlib';
import type { Pixels } from './png-pixels.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colorsMax = 256;

/**
 * A PNG of 256 colours; any other becomes the nearest of them. For screens, whose many colours are the edges of letters,
 * that is under half the size and looks the same.
 */
export function palettePng({ width, height, rgb }: Pixels): Buffer {
  const colors = chooseColors(rgb);
  const places = new Map(colors.map((color, place) => [color, place]));
  const lines = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const color = rgb.readUIntBE(pixel * 3, 3);
    const place = places.get(color) ?? nearest(colors, color);
    places.set(color, place);
    lines[pixel + Math.floor(pixel / width) + 1] = place;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, by palette.
  header.set([8, 3], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.concat(colors.map(bytesOf))),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** One after the other, that which is farthest from those chosen, by how often it occurs: a rare dot keeps its colour too. */
function chooseColors(rgb: Buffer): readonly number[] {
  const left = [...countColors(rgb)]
    .toSorted(([, a], [, b]) => b - a)
    .map(([color, count]) => ({ color, count, distance: Infinity }));
  const chosen: number[] = [];
  while (chosen.length < Math.min(colorsMax, left.length)) {
    const { color: next } = left.reduce((best, one) =>
      one.count * one.distance > best.count * best.distance ? one : best,
    );
    chosen.push(next);
    for (const one of left) one.distance = Math.min(one.distance, distance(one.color, next));
  }
  return chosen;
}

function countColors(rgb: Buffer): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const color = rgb.readUIntBE(at, 3);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return counts;
}

function nearest(colors: readonly number[], wanted: number): number {
  const distances = colors.map((color) => distance(color, wanted));
  return distances.indexOf(Math.min(...distances));
}

const distance = (a: number, b: number): number =>
  [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);

const bytesOf = (color: number): Buffer =>
  Buffer.from([color >> 16, (color >> 8) & 255, color & 255]);

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}
