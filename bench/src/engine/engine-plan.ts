/** How much the engine is given to do. */
export type EnginePlan = Readonly<{
  /** By the number of their devices, ascending. */
  fleets: readonly FleetPlan[];
}>;

export type FleetPlan = Readonly<{
  devices: number;
  /** Of the first reading, which is not counted: the processes compile what they run, and Postgres plans for empty tables. */
  warmUp: number;
  /** Of each reading that counts, shared evenly among the devices. */
  messages: number;
  repetitions: number;
}>;

const whole: EnginePlan = {
  fleets: [
    { devices: 100, warmUp: 10_000, messages: 30_000, repetitions: 2 },
    { devices: 1_000, warmUp: 20_000, messages: 30_000, repetitions: 2 },
    { devices: 3_000, warmUp: 30_000, messages: 90_000, repetitions: 3 },
    { devices: 10_000, warmUp: 20_000, messages: 60_000, repetitions: 2 },
  ],
};

const quick: EnginePlan = {
  fleets: [
    { devices: 100, warmUp: 3_000, messages: 10_000, repetitions: 1 },
    { devices: 300, warmUp: 3_000, messages: 10_000, repetitions: 1 },
  ],
};

export function enginePlan(isQuick: boolean): EnginePlan {
  return isQuick ? quick : whole;
}
