/** Thrown within a statement that must wait for another transaction. What it wrote so far is dropped, its locks stay. */
export class Blocked<Holder> extends Error {
  readonly by: Holder;

  constructor(by: Holder) {
    super('must wait for another transaction');
    this.by = by;
  }
}

/** Thrown within a statement that has locked a row which changed while it waited: it must be judged as it is now. */
export class Outdated extends Error {
  constructor() {
    super('a row changed while the statement waited');
  }
}
