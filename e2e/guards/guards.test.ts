import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withoutGuard } from './apply-guards.ts';
import type { Guard } from './guard.ts';
import { guards } from './guards.ts';
import { guardsSection, sectionStart } from './guards-section.ts';
import { judgeRun } from './judge-run.ts';

const root = new URL('../../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const page = 'docs/failure-modes.md';

// Guards against a list that speaks of code and tests that are gone.
describe('the list of guards', () => {
  it('names each guard once', () => {
    const ids = guards.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('finds each guard exactly once in its file, and changes it', () => {
    const moved = guards.flatMap((guard) => problemOf(guard) ?? []);
    expect(moved).toEqual([]);
  });

  it('names a test that is there for each', () => {
    const missing = guards.filter(({ test: { file, name = '' } }) => {
      if (!existsSync(new URL(file, root))) return true;
      // Both transports run one suite, which is in a file beside them.
      const suite = new URL('contract.ts', new URL(file, root));
      const texts = [textOf(file), existsSync(suite) ? readFileSync(suite, 'utf8') : ''];
      return !texts.some((text) => text.includes(name));
    });
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it('shields guards by guards', () => {
    const ids = new Set(guards.map(({ id }) => id));
    const wrong = guards.filter(({ shieldedBy }) => shieldedBy?.guards.some((id) => !ids.has(id)));
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  // After a change: npx vitest run --project e2e e2e/guards -u
  it('is what docs/failure-modes.md says', async () => {
    const [byHand] = textOf(page).split(`${sectionStart}\n`);
    await expect(`${byHand}${guardsSection()}`).toMatchFileSnapshot(`../../${page}`);
  });
});

describe('what a run of tests says', () => {
  const run = (status: string, failure?: string) => ({
    testResults: [
      {
        assertionResults: [
          { fullName: 'a test', status, failureMessages: failure ? [failure] : [] },
        ],
      },
    ],
  });

  it('a test that fails by an assertion has caught it', () => {
    expect(judgeRun(run('failed', 'AssertionError: expected 2 to be 1\n  at …'))).toEqual({
      kind: 'caught',
      by: 'a test',
      reason: 'AssertionError: expected 2 to be 1',
    });
  });

  it('when all pass, nobody has noticed', () => {
    expect(judgeRun(run('passed'))).toEqual({ kind: 'survived' });
  });

  // Guards against counting a program that is none as caught: it fails every test.
  it.each([
    'DatabaseError: claim-devices: syntax error at or near "and"',
    'ReferenceError: x is not defined',
  ])('a program that means nothing says nothing: %s', (failure) => {
    expect(judgeRun(run('failed', failure))).toMatchObject({ kind: 'broken' });
  });

  it('no test that ran says nothing', () => {
    expect(judgeRun(run('skipped'))).toMatchObject({ kind: 'broken' });
  });
});

function problemOf(guard: Guard): string | undefined {
  try {
    const text = textOf(guard.file);
    return withoutGuard(text, guard) === text ? `${guard.id}: changes nothing` : undefined;
  } catch (error) {
    return String(error);
  }
}
