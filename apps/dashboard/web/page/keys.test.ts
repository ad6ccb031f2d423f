import { expect, it } from 'vitest';
import { keyCommand, type KeyPress } from './keys.ts';

const press = (key: string, place: KeyPress['place'], isChord = false) =>
  keyCommand({ key, place, isChord });

it('pauses nothing while somebody types a name with a p in it', () => {
  expect(press('p', 'page')).toBe('pause');
  expect(press('p', 'control')).toBe('pause');
  expect(press('p', 'field')).toBeUndefined();
  expect(press('p', 'dialog')).toBeUndefined();
});

it('leaves Ctrl+R and its like to the browser', () => {
  expect(press('r', 'page', true)).toBeUndefined();
});

it('leaves Enter and the arrows to what has the focus, but for the rows', () => {
  expect(press('Enter', 'control')).toBeUndefined();
  expect(press('ArrowDown', 'control')).toBeUndefined();
  expect(press('Enter', 'rows')).toBe('open');
  expect(press('ArrowDown', 'page')).toBe('next');
  expect(press('j', 'control')).toBe('next');
});
