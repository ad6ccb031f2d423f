import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameReader, frameOf } from './frame-reader.ts';

const INTRO = Buffer.from('WA\x06\x03');
const ROUTED = Buffer.concat([Buffer.from([0x45, 0x44, 0, 1, 0, 0, 2, 9, 9]), INTRO]);

// Guards against frames lost or torn where the network cuts the bytes.
it('gives the same frames however the bytes are cut', () => {
  const parts = fc.record({
    intro: fc.constantFrom(INTRO, ROUTED),
    payloads: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }),
    cuts: fc.array(fc.nat(250), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(parts, ({ intro, payloads, cuts }) => {
      const bytes = Buffer.concat([intro, ...payloads.map((payload) => frameOf(payload))]);
      const places = [0, ...cuts, bytes.length].toSorted((a, b) => a - b);
      const reader = new FrameReader();
      const frames = places.flatMap((place, at) =>
        reader.feed(Buffer.from(bytes.subarray(places[at - 1] ?? 0, place))),
      );
      expect(frames.map((frame) => [...frame])).toEqual(payloads.map((payload) => [...payload]));
    }),
  );
});

it('refuses a frame that is too long before it has come', () => {
  const reader = new FrameReader();
  expect(() => reader.feed(Buffer.concat([INTRO, Buffer.from([0x20, 0, 0])]))).toThrow(/too long/);
});
