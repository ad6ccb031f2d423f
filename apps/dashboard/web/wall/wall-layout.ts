/** Where the cells of the wall are; px of the style sheet. */
export type WallLayout = Readonly<{
  count: number;
  /** From a cell to the next. */
  pitch: number;
  /** A cell's own width. */
  cell: number;
  columns: number;
  width: number;
  height: number;
}>;

type WallSpace = Readonly<{ count: number; width: number; maxHeight: number }>;

/** Smaller cells can't be told apart, or hit. */
const pitchLeast = 9;
const pitchMost = 18;

/** The largest cells with which the whole fleet fits; the smallest when it does not, and the wall scrolls. */
export function planWall({ count, width, maxHeight }: WallSpace): WallLayout {
  let pitch = pitchMost;
  while (pitch > pitchLeast && heightOf(count, width, pitch) > maxHeight) pitch -= 1;
  const columns = columnsOf(width, pitch);
  return {
    count,
    pitch,
    cell: pitch > 12 ? pitch - 3 : pitch - 2,
    columns,
    width: columns * pitch,
    height: heightOf(count, width, pitch),
  };
}

/** The index of the cell at a point, its gap included. */
export function cellAt(
  { count, pitch, columns }: WallLayout,
  x: number,
  y: number,
): number | undefined {
  const column = Math.floor(x / pitch);
  const row = Math.floor(y / pitch);
  if (column < 0 || column >= columns || row < 0) return undefined;
  const index = row * columns + column;
  return index < count ? index : undefined;
}

/** The upper left corner of a cell. */
export function cellCorner(
  { pitch, columns }: WallLayout,
  index: number,
): Readonly<{ x: number; y: number }> {
  return { x: (index % columns) * pitch, y: Math.floor(index / columns) * pitch };
}

const columnsOf = (width: number, pitch: number): number => Math.max(1, Math.floor(width / pitch));

const heightOf = (count: number, width: number, pitch: number): number =>
  Math.ceil(count / columnsOf(width, pitch)) * pitch;
