import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellAt, cellCorner, planWall } from './wall-layout.ts';

it('makes the cells as large as the space allows', () => {
  expect(planWall({ count: 20, width: 1_200, maxHeight: 270 }).pitch).toBe(18);
  const full = planWall({ count: 3_000, width: 1_200, maxHeight: 270 });
  expect(full).toMatchObject({ pitch: 10, columns: 120, height: 250 });
});

it('scrolls rather than have cells nobody can tell apart', () => {
  const wall = planWall({ count: 3_000, width: 360, maxHeight: 150 });
  expect(wall.pitch).toBe(9);
  expect(wall.height).toBeGreaterThan(150);
});

it('has no cell where there is none', () => {
  const wall = planWall({ count: 3, width: 40, maxHeight: 100 });
  expect(cellAt(wall, -1, 0)).toBeUndefined();
  expect(cellAt(wall, 39, 0)).toBeUndefined();
  expect(cellAt(wall, 20, 20)).toBeUndefined();
  expect(cellAt(wall, 0, 20)).toBe(2);
});

// Else a click opens the neighbour.
it('finds each cell at its own corner', () => {
  const space = fc.record({
    count: fc.integer({ min: 1, max: 5_000 }),
    width: fc.integer({ min: 0, max: 2_000 }),
    maxHeight: fc.integer({ min: 0, max: 900 }),
  });
  fc.assert(
    fc.property(space, fc.nat(), (given, any) => {
      const wall = planWall(given);
      const index = any % given.count;
      const { x, y } = cellCorner(wall, index);
      expect(cellAt(wall, x, y)).toBe(index);
      expect(cellAt(wall, x + wall.cell - 1, y + wall.cell - 1)).toBe(index);
    }),
  );
});
