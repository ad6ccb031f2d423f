import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import type { Plan } from '../plan.ts';
import { cap, connect, type Line, number, one, send, type Sent, two } from './run-builder.ts';

/** A random plan, and a run that does it: a device sends on its turn, its contacts in random order, within its cap. */
const goodCase = fc
  .record({
    contacts: fc.array(fc.record({ device: fc.nat(2), steps: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 2,
      maxLength: 12,
    }),
    max: fc.integer({ min: 1, max: 4 }),
    windowMs: fc.integer({ min: 50, max: 2_000 }),
    picks: fc.infiniteStream(fc.nat(1_000)),
  })
  .map(({ contacts, max, windowMs, picks }) => {
    const devices = [0, 1, 2].map((i) => `+1555000000${i + 1}`);
    const casePlan: Plan = {
      caps: [{ max, windowMs }],
      devices,
      contacts: contacts.map(({ device, steps }, i) => ({
        to: `+155599900${10 + i}`,
        device: devices[device] ?? one,
        texts: Array.from({ length: steps }, (_, step) => `step ${step} for ${i}`),
      })),
    };
    const lines: Line[] = devices.map((device, i) => connect(0, device, i + 1));
    const pick = () => picks.next().value ?? 0;
    for (const [i, device] of devices.entries()) {
      const open = casePlan.contacts
        .filter((contact) => contact.device === device)
        .map(({ to, texts }) => ({ to, left: [...texts] }));
      const times: number[] = [];
      while (open.some(({ left }) => left.length > 0)) {
        const ready = open.filter(({ left }) => left.length > 0);
        const { to, left } = ready[pick() % ready.length] ?? { to: '', left: [] };
        const text = left.shift() ?? '';
        // The earliest instant the cap allows, and often exactly that one.
        const earliest = Math.max(times.at(-1) ?? 1, (times.at(-max) ?? -windowMs) + windowMs);
        const at = earliest + (pick() % 3 === 0 ? pick() % windowMs : 0);
        times.push(at);
        lines.push(send(at, text, { to, device, conn: i + 1 }));
      }
    }
    return { plan: casePlan, lines: lines.toSorted((a, b) => a.at - b.at), pick };
  });

const isSent = (line: Line): line is Sent => line.event === 'message';

/** Each damages a good run at a random place and names the violation that must come of it; undefined: not possible here. */
const damages: Record<
  string,
  (lines: Line[], random: { max: number; pick: () => number }) => Line[] | undefined
> = {
  second_id: (lines, { pick }) => {
    const sent = lines.filter(isSent);
    const again = sent[pick() % sent.length];
    return again && [...lines, { ...again, at: 1e9, id: `${again.id}, again` }];
  },
  step_missing: (lines, { pick }) => {
    const sent = lines.filter(isSent);
    const lost = sent[pick() % sent.length];
    return lines.filter((line) => line !== lost);
  },
  order_broken: (lines, { pick }) => {
    const pairs = lines.filter(isSent).flatMap((line) => {
      const next = lines.filter(isSent).find((other) => other.to === line.to && other.at > line.at);
      return next === undefined ? [] : [[line, next] as const];
    });
    const pair = pairs[pick() % Math.max(1, pairs.length)];
    if (pair === undefined) return undefined;
    const [first, second] = pair;
    const swap: Record<string, Sent> = { [first.text]: second, [second.text]: first };
    return lines.map((line) => {
      const other = isSent(line) ? swap[line.text] : undefined;
      return isSent(line) && other ? { ...line, text: other.text, id: other.id } : line;
    });
  },
  cap_passed: (lines, { max, pick }) => {
    const sent = lines.filter(isSent);
    const victim = sent[pick() % sent.length];
    // A window is full when as many as the cap allows are at one instant; one more passes it.
    return victim && [...lines, ...Array.from({ length: max + 1 }, () => ({ ...victim, at: 1e9 }))];
  },
  step_invented: (lines, { pick }) => {
    const sent = lines.filter(isSent);
    const base = sent[pick() % sent.length];
    return base && [...lines, { ...base, at: 1e9, id: 'new', text: 'nobody asked for this' }];
  },
  sender_changed: (lines, { pick }) => {
    const sent = lines.filter(isSent);
    const moved = sent[pick() % sent.length];
    const [device, conn] = moved?.device === one ? [two, 2] : [one, 1];
    return lines.map((line) => (line === moved ? { ...moved, device, conn } : line));
  },
  two_connections: (lines, { pick }) => [
    ...lines,
    connect(1e9, `+1555000000${1 + (pick() % 3)}`, 99),
  ],
};

describe('any run', () => {
  it('passes when it does its plan, whatever the plan', () => {
    fc.assert(
      fc.property(goodCase, ({ plan: casePlan, lines }) => {
        expect(judge(casePlan, number(lines), { repeatsAllowedFor: new Set() }).violations).toEqual(
          [],
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(damages))('is caught at a single %s', (kind, damage) => {
    fc.assert(
      fc.property(goodCase, ({ plan: casePlan, lines, pick }) => {
        const damaged = damage(lines, { max: casePlan.caps[0]?.max ?? 0, pick });
        fc.pre(damaged !== undefined);
        const verdict = judge(casePlan, number(damaged));
        expect(verdict.ok).toBe(false);
        expect(verdict.violations.map((violation) => violation.kind)).toContain(kind);
      }),
      { numRuns: 200 },
    );
  });

  it('is caught when one more goes out inside a full window, anywhere in the run', () => {
    fc.assert(
      fc.property(goodCase, ({ plan: casePlan, lines, pick }) => {
        const { max, windowMs } = casePlan.caps[0] ?? cap;
        const full = lines
          .filter(isSent)
          .filter((line) => countBefore(lines, line, windowMs) === max);
        const last = full[pick() % Math.max(1, full.length)];
        fc.pre(last !== undefined);
        const verdict = judge(casePlan, number([...lines, { ...last, at: last.at }]));
        expect(verdict.counts.cap_passed).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

function countBefore(lines: readonly Line[], { device, at }: Sent, windowMs: number): number {
  const inWindow = lines
    .filter(isSent)
    .filter((line) => line.device === device && line.at <= at && line.at > at - windowMs);
  return inWindow.length;
}
