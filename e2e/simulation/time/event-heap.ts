/** Something that happens at an instant. `run` undefined: it was called off. */
export type TimedEvent = {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
};

/** Events by instant; equal ones in the order in which they were added. */
export class EventHeap {
  readonly #events: TimedEvent[] = [];
  #added = 0;

  get next(): TimedEvent | undefined {
    return this.#events[0];
  }

  add(at: number, run: () => void): TimedEvent {
    const event: TimedEvent = { at, order: this.#added, run };
    this.#added += 1;
    this.#events.push(event);
    this.#rise(this.#events.length - 1);
    return event;
  }

  take(): TimedEvent | undefined {
    const first = this.#events[0];
    const last = this.#events.pop();
    if (first && last && first !== last) {
      this.#events[0] = last;
      this.#sink(0);
    }
    return first;
  }

  clear(): void {
    this.#events.length = 0;
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(from: number): void {
    let place = from;
    for (;;) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < this.#events.length && this.#isBefore(child, least)) least = child;
      }
      if (least === place) return;
      this.#swap(place, least);
      place = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#events[one], this.#events[other]];
    if (!a || !b) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#events[one], this.#events[other]];
    if (!a || !b) return;
    this.#events[one] = b;
    this.#events[other] = a;
  }
}
