import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideReenroll, type LastRun } from './reenroll.ts';
import type { Reenroll } from './sequence-definition.ts';
import { addMs, durationMs, epochMs } from './time.ts';

const day = durationMs(86_400_000);
const ended = epochMs(1_764_000_000_000);
const after: Reenroll = { kind: 'after', duration: durationMs(30 * day) };

describe('decideReenroll', () => {
  it.each<[Reenroll['kind'], LastRun['status'], string]>([
    ['never', 'completed', 'never'],
    ['never', 'exited', 'never'],
    ['never', 'failed', 'never'],
    ['after_exit', 'completed', 'never'],
    ['after_exit', 'exited', 'allowed'],
    ['after_exit', 'failed', 'allowed'],
    ['after', 'completed', 'later'],
    ['after', 'exited', 'later'],
  ])('%s after a run that %s: %s', (kind, status, decision) => {
    const policy: Reenroll = kind === 'after' ? after : { kind };
    expect(decideReenroll(policy, { status, finishedAt: ended }, ended).kind).toBe(decision);
  });

  it('lets everybody in once', () => {
    expect(decideReenroll({ kind: 'never' }, undefined, ended)).toEqual({ kind: 'allowed' });
  });

  it('allows after exactly the duration, and tells when', () => {
    const last: LastRun = { status: 'completed', finishedAt: ended };
    const at = addMs(ended, durationMs(30 * day));
    expect(decideReenroll(after, last, epochMs(at - 1))).toEqual({ kind: 'later', at });
    expect(decideReenroll(after, last, at)).toEqual({ kind: 'allowed' });
  });

  const policies = fc.oneof(
    fc.constantFrom<Reenroll>({ kind: 'never' }, { kind: 'after_exit' }),
    fc.nat(400).map((days): Reenroll => ({ kind: 'after', duration: durationMs(days * day) })),
  );

  // One run at a time, whatever the sequence says: two at once would interleave their messages.
  it('never allows a second run while one goes on', () => {
    const running = fc.constantFrom<LastRun['status']>('active', 'paused');
    fc.assert(
      fc.property(policies, running, fc.nat(), (policy, status, now) => {
        const last = { status, finishedAt: undefined };
        expect(decideReenroll(policy, last, epochMs(now)).kind).toBe('running');
      }),
    );
  });

  it('never takes a permission back as time passes', () => {
    const finished = fc.constantFrom<LastRun['status']>('completed', 'exited', 'failed');
    fc.assert(
      fc.property(policies, finished, fc.tuple(fc.nat(), fc.nat()), (policy, status, waits) => {
        const [first, wait] = waits;
        const last: LastRun = { status, finishedAt: ended };
        const now = epochMs(ended + first);
        if (decideReenroll(policy, last, now).kind !== 'allowed') return;
        expect(decideReenroll(policy, last, epochMs(now + wait)).kind).toBe('allowed');
      }),
    );
  });
});
