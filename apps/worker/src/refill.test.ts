import { describe, expect, test } from 'vitest';
import { Refill } from './refill.ts';

describe('a queue that has run empty', () => {
  test('is worth no nudge after nothing, nor after a lone job', () => {
    const refill = new Refill();
    expect(refill.takeNeed()).toBe(false);
    refill.worked({ kind: 'done' });
    expect(refill.takeNeed()).toBe(false);
  });

  test('is worth one after several jobs, once: there may be more due than a queue holds', () => {
    const refill = new Refill();
    refill.worked({ kind: 'done' });
    refill.worked({ kind: 'recover' });
    expect(refill.takeNeed()).toBe(true);
    expect(refill.takeNeed()).toBe(false);
  });

  test('is worth one after a lone job whose next step follows at once', () => {
    const refill = new Refill();
    refill.worked({ kind: 'done', isDueAgain: true });
    expect(refill.takeNeed()).toBe(true);
    expect(refill.takeNeed()).toBe(false);
  });
});
