/** What a run of tests says about the guard that was removed for it. */
export type RunVerdict =
  /** A test failed: `by` is its name, `reason` the first line of its failure. */
  | Readonly<{ kind: 'caught'; by: string; reason: string }>
  | Readonly<{ kind: 'survived' }>
  /** It says nothing: no test ran, or what ran was no program. */
  | Readonly<{ kind: 'broken'; reason: string }>;

/** The part of vitest's JSON report that is read. */
export type TestReport = Readonly<{
  testResults: readonly Readonly<{
    message?: string;
    assertionResults: readonly Readonly<{
      fullName: string;
      status: string;
      failureMessages?: readonly string[] | null;
    }>[];
  }>[];
}>;

/** What Postgres and the compiler say of text that means nothing: no test has judged it. */
const nonsense =
  /syntax error|could not determine data type|does not exist|Transform failed|is not defined|SyntaxError/;

export function judgeRun(report: TestReport): RunVerdict {
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const ran = results.filter(({ status }) => status === 'passed' || status === 'failed');
  const failures = ran
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({ by: fullName, reason: firstLine(failureMessages) }));
  if (ran.length === 0) {
    const message = report.testResults.find((suite) => suite.message)?.message;
    return { kind: 'broken', reason: firstLine([message ?? 'no test ran']) };
  }
  const sensible = failures.filter(({ reason }) => !nonsense.test(reason));
  // An assertion says most.
  const best = sensible.find(({ reason }) => reason.startsWith('AssertionError')) ?? sensible[0];
  if (best) return { kind: 'caught', ...best };
  const [failure] = failures;
  return failure ? { kind: 'broken', reason: failure.reason } : { kind: 'survived' };
}

function firstLine(messages: readonly string[] | null | undefined): string {
  return (messages?.[0] ?? '').split('\n', 1)[0]?.slice(0, 160) ?? '';
}
