export interface Goal {
  readonly id: 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6';
  readonly title: string;
  /** `measured`: figures without a limit to hold. */
  readonly outcome: 'held' | 'broken' | 'measured' | 'not_judged';
  readonly measures: readonly Measure[];
  readonly remarks: readonly string[];
}

export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'count' | 'ms';
  /** The limit, if it is one to be held. */
  readonly most?: number;
}

export function isPassed({ value, most }: Measure): boolean {
  return most !== undefined && value > most;
}
