import type { Occasion, Rule } from './rule.ts';

/** What is about to happen, as far as rules can tell it apart. */
export interface Happening {
  readonly on: Occasion;
  /** Absent at the upgrade of a WhatsApp client, which says who it is only later. */
  readonly device?: string;
  readonly to?: string;
  readonly id?: string;
  readonly xmlns?: string;
}

/** The faults still to come, in the order they were given. */
export class Rules {
  #left: { readonly rule: Rule; times: number }[] = [];

  /** How many strikes are left, over all rules. */
  get strikesLeft(): number {
    return this.#left.reduce((sum, { times }) => sum + times, 0);
  }

  add(rules: readonly Rule[]): void {
    this.#left.push(...rules.map((rule) => ({ rule, times: rule.times })));
  }

  clear(): void {
    this.#left = [];
  }

  /** The first rule that matches, one strike of it used up. */
  take(happening: Happening): Rule | undefined {
    const at = this.#left.findIndex(({ rule }) => matches(rule, happening));
    const entry = this.#left[at];
    if (entry === undefined) return undefined;
    entry.times -= 1;
    if (entry.times === 0) this.#left.splice(at, 1);
    return entry.rule;
  }
}

function matches(rule: Rule, happening: Happening): boolean {
  return (
    rule.on === happening.on &&
    (rule.device === undefined || rule.device === happening.device) &&
    (rule.to === undefined || rule.to === happening.to) &&
    (rule.id === undefined || rule.id === happening.id) &&
    (rule.xmlns === undefined || rule.xmlns === happening.xmlns)
  );
}
