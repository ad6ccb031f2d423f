/**
 * One condition that keeps a message from being sent twice, lost, or sent to somebody who said no; and what the program is
 * without it.
 */
export type Guard = Readonly<{
  /** `area.what`, for ever: it is how a guard is named on the command line and in the docs. */
  id: string;
  /** What happens without it. */
  without: string;
  /** From the root of the repository. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  /** The same place without the guard; it must still compile, or the tests fail for another reason. */
  replace: string;
  /** The test that must fail without it. */
  test: GuardTest;
  /** With these in place no test can tell; with them gone as well, one must. */
  shieldedBy?: Shield;
}>;

export type GuardTest = Readonly<{
  file: string;
  /** Only the tests whose full name holds this text. */
  name?: string;
}>;

export type Shield = Readonly<{ guards: readonly string[]; why: string }>;

/** A guard without what is the same for all of one file. */
export type GuardOfFile = Omit<Guard, 'file' | 'test'> & Readonly<{ test?: GuardTest }>;

/** The guards of one file, whose test is `test` unless they say otherwise. */
export function guardsOf(
  file: string,
  test: GuardTest,
  guards: readonly GuardOfFile[],
): readonly Guard[] {
  return guards.map((guard) => ({ ...guard, file, test: guard.test ?? test }));
}
