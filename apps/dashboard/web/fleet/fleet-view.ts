import { signal } from '@preact/signals';
import { deviceFilter, type Filter, isFiltering, noFilter } from './filter.ts';
import type { FleetChange, FleetStore } from './fleet-store.ts';
import { type Sort, sortDevices, troubleFirst } from './sort.ts';

/** Between two looks at who matches, and in which order, while values change by themselves (ms). */
const refreshInterval = 500;
/** After the pointer moved over the rows they keep their order for this long (ms): nobody can click what jumps. */
const holdTime = 2_000;

/** The devices that match the filter, in the order of the chosen column. */
export class FleetView {
  readonly #fleet: FleetStore;
  readonly #filter = signal<Filter>(noFilter);
  readonly #sort = signal<Sort>(troubleFirst);
  readonly #matches = signal<readonly number[]>([]);
  readonly #matching = signal<ReadonlySet<number> | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshedAt = 0;
  #heldUntil = 0;

  constructor(fleet: FleetStore) {
    this.#fleet = fleet;
    fleet.onChange((change) => this.#follow(change));
  }

  get filter(): Filter {
    return this.#filter.value;
  }

  set filter(filter: Filter) {
    this.#filter.value = filter;
    this.#refresh();
  }

  get sort(): Sort {
    return this.#sort.value;
  }

  set sort(sort: Sort) {
    this.#sort.value = sort;
    this.#refresh();
  }

  /** Ids, in order; the same array until it changes. */
  get matches(): readonly number[] {
    return this.#matches.value;
  }

  /** The same ids as a set, whatever their order; undefined while there is no filter, for all match. */
  get matching(): ReadonlySet<number> | undefined {
    return this.#matching.value;
  }

  /** The place of a device among the matches, without following it. */
  placeOf(id: number): number | undefined {
    const place = this.#matches.peek().indexOf(id);
    return place < 0 ? undefined : place;
  }

  /** Keeps the order as it is for a moment. */
  hold(): void {
    this.#heldUntil = performance.now() + holdTime;
  }

  #follow({ reordered }: FleetChange): void {
    if (reordered) this.#refresh();
    else if (this.#timer === undefined)
      this.#refreshIn(this.#refreshedAt + refreshInterval - performance.now());
  }

  #refreshIn(wait: number): void {
    this.#timer = setTimeout(() => {
      const held = this.#heldUntil - performance.now();
      if (held > 0) this.#refreshIn(held);
      else this.#refresh();
    }, wait);
  }

  #refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#refreshedAt = performance.now();
    const filter = this.#filter.peek();
    const isFiltered = isFiltering(filter);
    const all = this.#fleet.devices();
    const found = isFiltered ? all.filter(deviceFilter(filter)) : all;
    const ids = sortDevices(found, this.#sort.peek()).map(({ id }) => id);
    if (!isEqual(ids, this.#matches.peek())) this.#matches.value = ids;
    const before = this.#matching.peek();
    if (!isFiltered) this.#matching.value = undefined;
    else if (!before || before.size !== ids.length || !ids.every((id) => before.has(id)))
      this.#matching.value = new Set(ids);
  }
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
