import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Screen } from './screen.ts';

function openScreen(size: { rows: number; columns: number }) {
  const stream = new PassThrough();
  const screen = new Screen(Object.assign(stream, size) as unknown as NodeJS.WriteStream);
  const written = () => String(stream.read() ?? '').replaceAll('\u001B', '^');
  expect(written()).toBe('^[?1049h^[?25l^[2J');
  return { screen, written };
}

it('writes only the lines that changed, and clears those that are gone', () => {
  const { screen, written } = openScreen({ rows: 24, columns: 80 });
  screen.draw(['one', 'two', 'three']);
  expect(written()).toBe('^[1;1H^[2Kone^[2;1H^[2Ktwo^[3;1H^[2Kthree');
  screen.draw(['one', 'TWO', 'three']);
  expect(written()).toBe('^[2;1H^[2KTWO');
  screen.draw(['one', 'TWO', 'three']);
  expect(written()).toBe('');
  screen.draw(['one']);
  expect(written()).toBe('^[2;1H^[J');
  screen.forget();
  screen.draw(['one']);
  expect(written()).toBe('^[2J^[1;1H^[2Kone');
  screen.close();
  expect(written()).toBe('^[?25h^[?1049l');
});

// A line too long wraps, and one too many scrolls: everything after it stands in the wrong place.
it('never draws past its edges', () => {
  const { screen, written } = openScreen({ rows: 2, columns: 3 });
  screen.draw(['abcdef', 'b', 'c']);
  expect(written()).toBe('^[1;1H^[2Kabc^[2;1H^[2Kb');
});
