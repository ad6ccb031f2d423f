/** How much the engine is given to do. */
export type EnginePlan = Readonly<{
  /** Fleets by the number of their devices, ascending. */
  fleets: readonly Readonly<{ devices: number; repetitions: number }>[];
  /** Messages of one reading, shared evenly among its devices. */
  messages: number;
}>;

const whole: EnginePlan = {
  fleets: [
    { devices: 100, repetitions: 3 },
    { devices: 1_000, repetitions: 3 },
    { devices: 3_000, repetitions: 5 },
    { devices: 10_000, repetitions: 3 },
  ],
  messages: 90_000,
};

const quick: EnginePlan = {
  fleets: [
    { devices: 100, repetitions: 1 },
    { devices: 500, repetitions: 1 },
  ],
  messages: 15_000,
};

export function enginePlan(isQuick: boolean): EnginePlan {
  return isQuick ? quick : whole;
}
