import { inflateSync } from 'node:zlib';

export type Pixels = Readonly<{
  width: number;
  height: number;
  /** Three bytes each: red, green, blue; row by row. */
  rgb: Buffer;
}>;

const channels = 3;

/** The pixels of a PNG as Chromium writes it: 8 bits, no alpha, not interlaced. Throws for any other. */
export function pngPixels(png: Buffer): Pixels {
  const header = png.subarray(16, 29);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colorType, , , interlaced] = header.subarray(8);
  if (depth !== 8 || colorType !== 2 || interlaced !== 0)
    throw new Error('a PNG of 8 bits without alpha was expected');
  const lines = inflateSync(Buffer.concat(dataChunks(png)));
  const stride = width * channels;
  const rgb = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = lines[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (rgb[at - channels] ?? 0);
      const up = y === 0 ? 0 : (rgb[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (rgb[at - stride - channels] ?? 0);
      rgb[at] = (lines[at + y + 1] ?? 0) + predict(filter, { left, up, corner });
    }
  }
  return { width, height, rgb };
}

function dataChunks(png: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const isData = png.toString('latin1', at + 4, at + 8) === 'IDAT';
    if (isData) found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return found;
}

type Neighbours = Readonly<{ left: number; up: number; corner: number }>;

/** The filters of PNG (RFC 2083, section 6). */
function predict(filter: number, { left, up, corner }: Neighbours): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - corner;
      const [toLeft, toUp, toCorner] = [guess - left, guess - up, guess - corner].map(Math.abs);
      if (toLeft === undefined || toUp === undefined || toCorner === undefined) return 0;
      if (toLeft <= toUp && toLeft <= toCorner) return left;
      return toUp <= toCorner ? up : corner;
    }
    default:
      return 0;
  }
}
