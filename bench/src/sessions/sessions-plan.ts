/** How much is measured. Times in ms. */
export type SessionsPlan = Readonly<{
  memory: Readonly<{
    /** Sessions of one worker, ascending, from none. */
    sizes: readonly number[];
    /** Fresh workers for each size. */
    repetitions: number;
    /** After the last session has opened, before anything is read. */
    settle: number;
    /** While it does nothing: CPU over all of it, memory once a second. */
    idle: number;
  }>;
  messages: Readonly<{
    /** Sessions of one process, ascending. */
    sizes: readonly number[];
    /** Contacts of each session in one pass. */
    contacts: number;
    /** Measurements with and without the shared AsyncLocalStorage. */
    shared: Measurements;
    plain: Measurements;
  }>;
}>;

type Measurements = Readonly<{
  cold: number;
  warm: number;
  /** Messages that each takes. */
  atLeast: number;
}>;

const whole: SessionsPlan = {
  memory: { sizes: [0, 50, 200, 500], repetitions: 2, settle: 15_000, idle: 20_000 },
  messages: {
    sizes: [20, 100, 300],
    contacts: 2,
    shared: { cold: 3, warm: 5, atLeast: 1_200 },
    // A message costs ten times as much there, and differs by much more than rounds do.
    plain: { cold: 1, warm: 2, atLeast: 600 },
  },
};

const quick: SessionsPlan = {
  memory: { sizes: [0, 20, 50], repetitions: 1, settle: 3_000, idle: 6_000 },
  messages: {
    sizes: [50],
    contacts: 4,
    shared: { cold: 1, warm: 2, atLeast: 200 },
    plain: { cold: 1, warm: 1, atLeast: 200 },
  },
};

export function sessionsPlan(isQuick: boolean): SessionsPlan {
  return isQuick ? quick : whole;
}
