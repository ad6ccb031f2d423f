import type { Condition } from '../../src/wire.ts';
import { conditionColor, conditionLooks, conditions } from '../parts/condition-look.ts';

/** Cells as pictures, drawn once for a size and a colour scheme: a picture is copied faster than a path is filled. */
export type WallSprites = Readonly<{
  picture: HTMLCanvasElement;
  /** Where a picture begins, in device pixels. Each is `size` wide and high. */
  left(condition: Condition): number;
  top(hasErrors: boolean): number;
  size: number;
}>;

/** `size`: a cell in device pixels. Colours come from the style sheet, as they are for `host`. */
export function drawWallSprites(host: Element, size: number): WallSprites {
  const picture = document.createElement('canvas');
  picture.width = size * conditions.length;
  picture.height = size * 2;
  const context = picture.getContext('2d');
  const style = getComputedStyle(host);
  const color = (property: string) => style.getPropertyValue(property).trim();
  const columns = new Map<Condition, number>();
  for (const [index, condition] of conditions.entries()) {
    columns.set(condition, index * size);
    if (!context) continue;
    for (const row of [0, 1]) {
      context.setTransform(size / 10, 0, 0, size / 10, index * size, row * size);
      context.fillStyle = color(conditionColor(condition));
      // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is filled, no array
      context.fill(new Path2D(conditionLooks[condition].shape), 'evenodd');
      if (row === 1) drawErrorMark(context, color('--error'));
    }
  }
  return {
    picture,
    size,
    left: (condition) => columns.get(condition) ?? 0,
    top: (hasErrors) => (hasErrors ? size : 0),
  };
}

/** A corner cut off and set apart, which is seen without colour too. */
function drawErrorMark(context: CanvasRenderingContext2D, color: string): void {
  context.globalCompositeOperation = 'destination-out';
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is filled, no array
  context.fill(new Path2D('M3.4 0H10V6.6z'));
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = color;
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is filled, no array
  context.fill(new Path2D('M5.4 0H10V4.6z'));
}
