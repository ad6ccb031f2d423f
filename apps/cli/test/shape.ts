/** What kinds of values were seen in one place of many answers. */
export type Shape = {
  /** `string`, `number`, `boolean`, `null`. */
  readonly plain: Set<string>;
  /** Of all elements of all arrays there; undefined: there was no array. */
  elements: Shape | undefined;
  /** Of all objects there, by key, with how many objects had it. */
  readonly keys: Map<string, { shape: Shape; seen: number }>;
  objects: number;
};

export function newShape(): Shape {
  return { plain: new Set(), elements: undefined, keys: new Map(), objects: 0 };
}

/** Adds one more value. */
export function addTo(shape: Shape, value: unknown): void {
  if (Array.isArray(value)) {
    shape.elements ??= newShape();
    for (const element of value as readonly unknown[]) addTo(shape.elements, element);
  } else if (typeof value === 'object' && value !== null) {
    shape.objects += 1;
    for (const [key, inner] of Object.entries(value)) {
      const known = shape.keys.get(key) ?? { shape: newShape(), seen: 0 };
      shape.keys.set(key, known);
      known.seen += 1;
      addTo(known.shape, inner);
    }
  } else shape.plain.add(value === null ? 'null' : typeof value);
}

/** `string`, `null | string`, `[…]`, `{ key: …, "only some have?": … }`; several of them under `any of`. */
export function describeShape(shape: Shape): unknown {
  const kinds: unknown[] = [];
  if (shape.plain.size > 0) kinds.push([...shape.plain].toSorted().join(' | '));
  if (shape.elements) kinds.push(isEmpty(shape.elements) ? [] : [describeShape(shape.elements)]);
  if (shape.objects > 0)
    kinds.push(
      Object.fromEntries(
        [...shape.keys].map(([key, { shape: inner, seen }]) => [
          seen < shape.objects ? `${key}?` : key,
          describeShape(inner),
        ]),
      ),
    );
  return kinds.length === 1 ? kinds[0] : { 'any of': kinds };
}

function isEmpty({ plain, elements, objects }: Shape): boolean {
  return plain.size === 0 && elements === undefined && objects === 0;
}
