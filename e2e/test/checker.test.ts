import { describe, expect, it } from 'vitest';
import { judge } from '../checker/judge.ts';
import {
  ana,
  ben,
  connect,
  disconnect,
  eve,
  find,
  goodRun,
  kinds,
  number,
  one,
  plan,
  say,
  send,
  two,
  without,
} from '../checker/test/run-builder.ts';

const confirmed = { ...plan, confirmation: 'You are out.' };

/** The confirmation to Eve, from the device that `say` wrote to. */
const answer = (at: number, changes: Parameters<typeof send>[2] = {}) =>
  send(at, 'You are out.', { to: eve, device: one, conn: 1, ...changes });

describe('a good run', () => {
  it('passes, and its figures are counted', () => {
    const verdict = judge(plan, number(goodRun()));
    expect(verdict.violations).toEqual([]);
    expect(verdict).toMatchObject({
      ok: true,
      figures: {
        contacts: 3,
        steps: 6,
        stepsSent: 6,
        accepted: 6,
        repeats: 0,
        devices: 2,
        devicesAtCap: 1,
        maxInWindow: 3,
        conflicts: 0,
        lines: 8,
        duration_ms: 2_000,
      },
    });
  });

  it('passes with messages that were dropped or nacked on the way: those were not sent', () => {
    const run = goodRun();
    run.push(send(5, 'Hi Ana', { outcome: 'dropped' }));
    run.push(send(6, 'Hi Ben', { outcome: 'nacked', id: 'refused' }));
    expect(judge(plan, number(run))).toMatchObject({
      ok: true,
      figures: { dropped: 1, nacked: 1 },
    });
  });

  it('passes with a repeat of the same id, and counts it for its device', () => {
    const run = [...goodRun(), send(2_500, 'Bye Ben')];
    const verdict = judge(plan, number(run));
    expect(verdict.ok).toBe(true);
    expect(verdict.figures).toMatchObject({ repeats: 1, repeatsByDevice: { [one]: 1 } });
  });

  it('passes when a device connects again after it was disconnected', () => {
    const run = goodRun().filter((line) => line.at < 2_000);
    run.push(disconnect(1_500, two, 2));
    run.push(connect(1_600, two, 3), send(2_000, 'Bye Eve', { conn: 3 }));
    expect(kinds(run)).toEqual([]);
  });

  it('passes when the network itself started again, which ends every connection', () => {
    const run = goodRun().filter((line) => line.at < 2_000);
    run.push({ at: 1_500, event: 'start' });
    run.push(connect(1_600, two, 1), send(2_000, 'Bye Eve', { conn: 1 }));
    expect(kinds(run)).toEqual([]);
  });

  it('passes when nothing more went to a contact who opted out', () => {
    expect(kinds([...without('Bye Ben'), say(600, ben)])).toEqual([]);
  });

  it('passes a message that was on its way when the contact opted out', () => {
    expect(kinds([...goodRun(), say(100, ben, ' stop ')])).toEqual([]);
  });

  it('passes when a contact only wrote about stopping: that is no opt-out', () => {
    expect(kinds([...goodRun(), say(40, eve, "please don't stop")])).toEqual([]);
  });

  it('passes the allowed confirmation of an opt-out', () => {
    const run = [
      ...without('Bye Eve'),
      say(600, eve),
      send(2_700, 'You are out.', { to: eve, device: two }),
    ];
    expect(kinds(run)).toEqual(['step_invented']);
    expect(kinds(run, { allowedTexts: new Set(['You are out.']) })).toEqual([]);
  });

  it('passes the confirmation of an opt-out from the device that heard it, if the plan has one', () => {
    const verdict = judge(confirmed, number([...without('Bye Eve'), say(600, eve), answer(1_100)]));
    expect(verdict.violations).toEqual([]);
    expect(verdict.figures).toMatchObject({ optOuts: 1, confirmations: 1 });
  });

  it('passes when the confirmation of an opt-out never left', () => {
    const run = [...without('Bye Eve'), say(600, eve), answer(1_100, { outcome: 'dropped' })];
    expect(judge(confirmed, number([...run, say(700, eve)])).violations).toEqual([]);
  });

  it('passes with devices that were paired and unpaired', () => {
    const run = [...goodRun(), { at: 1, event: 'paired' } as const];
    expect(kinds([...run, { at: 3_000, event: 'unpaired' }])).toEqual([]);
  });

  it('passes so far, though steps are still to come', () => {
    expect(kinds(without('Bye Eve'), { partial: true })).toEqual([]);
  });
});

describe('one fault in a good run', () => {
  it('second_id: the step went out again under another id', () => {
    expect(find([...goodRun(), send(2_500, 'Hi Ana', { id: 'other' })])).toEqual([
      expect.objectContaining({ kind: 'second_id', n: [3, 9], to: ana, device: one, step: 1 }),
    ]);
  });

  it('second_id: the first id was dropped, which its sender could not know', () => {
    const run = [...goodRun(), send(5, 'Hi Ana', { id: 'lost', outcome: 'dropped' })];
    expect(kinds(run)).toEqual(['second_id']);
  });

  it('id_reused: two steps under one id, so that the phone shows the first only', () => {
    const run = [...without('Bye Eve'), send(2_000, 'Bye Eve', { id: 'id of Hi Eve' })];
    expect(kinds(run)).toEqual(['id_reused']);
  });

  it('order_broken: the second step came first', () => {
    const run = without('Hi Eve');
    run.push(send(2_500, 'Hi Eve'));
    expect(find(run)).toEqual([
      expect.objectContaining({ kind: 'order_broken', n: [7, 8], to: eve, step: 1 }),
    ]);
  });

  it('step_missing: the last step was never sent', () => {
    expect(find(without('Bye Eve'))).toEqual([
      expect.objectContaining({ kind: 'step_missing', to: eve, step: 2, n: [5] }),
    ]);
  });

  it.each(['dropped', 'nacked'] as const)(
    'step_missing: its only transmission was %s',
    (outcome) => {
      expect(kinds([...without('Bye Eve'), send(2_000, 'Bye Eve', { outcome })])).toEqual([
        'step_missing',
      ]);
    },
  );

  it('step_missing: an opt-out excuses no gap before what was sent', () => {
    expect(kinds([...without('Hi Eve'), say(2_000, eve)])).toEqual(['step_missing']);
  });

  it('step_missing: a contact of the plan never heard anything', () => {
    const run = goodRun().filter((line) => line.event !== 'message' || line.to !== eve);
    expect(kinds(run)).toEqual(['step_missing', 'step_missing']);
  });

  it('step_invented: a text that is in no plan', () => {
    expect(find([...goodRun(), send(2_500, 'Buy now')])).toEqual([
      expect.objectContaining({ kind: 'step_invented', n: [9], to: ana }),
    ]);
  });

  it('step_invented: a contact that is in no plan, though the text is another one’s step', () => {
    expect(kinds([...goodRun(), send(2_500, 'Hi Ana', { to: '+15559990009' })])).toEqual([
      'step_invented',
    ]);
  });

  it('cap_passed: one more in a full window', () => {
    const run = without('Bye Ben');
    run.push(send(1_009, 'Bye Ben'));
    expect(find(run)).toEqual([
      expect.objectContaining({ kind: 'cap_passed', device: one, n: [3, 4, 6, 7] }),
    ]);
  });

  it('cap_passed: a repeat counts like any other transmission', () => {
    expect(kinds([...goodRun(), send(600, 'Bye Ana')])).toEqual(['cap_passed', 'cap_passed']);
  });

  it('sender_changed: a contact hears from a device it does not know', () => {
    const run = [...without('Bye Eve'), send(2_600, 'Bye Eve', { device: one })];
    expect(find(run)).toEqual([
      expect.objectContaining({ kind: 'sender_changed', n: [8], to: eve, device: one }),
    ]);
  });

  it('two_connections: a second connection while the first was live', () => {
    expect(find([...goodRun(), connect(3_000, one, 3)])).toEqual([
      expect.objectContaining({ kind: 'two_connections', n: [1, 9], device: one }),
    ]);
  });

  it('conflict: the network saw both connections and closed the older, which is told once', () => {
    const run = goodRun();
    run.push({ at: 3_000, event: 'conflict', device: one, conn: 1 });
    run.push(connect(3_001, one, 3), disconnect(3_002, one, 1));
    expect(find(run)).toEqual([
      expect.objectContaining({ kind: 'conflict', n: [1, 9], device: one }),
    ]);
  });

  it('frame_of_non_owner: a message was accepted on a connection that had ended', () => {
    const run = [...goodRun(), disconnect(1_500, two, 2)];
    expect(kinds(run)).toEqual(['frame_of_non_owner']);
  });

  it('frame_of_non_owner: a message came on a connection that another had followed', () => {
    const late = send(2_600, 'Bye Ben', { outcome: 'dropped' });
    const ended = [...goodRun(), disconnect(2_400, one, 1), late];
    expect(kinds(ended)).toEqual([]);
    expect(kinds([...ended, connect(2_500, one, 3)])).toEqual(['frame_of_non_owner']);
  });

  it('sent_after_opt_out: a step later than the grace, to whichever device the STOP went', () => {
    expect(find([...goodRun(), say(900, eve)])).toEqual([
      expect.objectContaining({ kind: 'sent_after_opt_out', n: [7, 9], to: eve, step: 2 }),
    ]);
    expect(kinds([...goodRun(), say(1_000, eve)])).toEqual([]);
    expect(kinds([...goodRun(), say(1_000, eve)], { optOutGraceMs: 999 })).toEqual([
      'sent_after_opt_out',
    ]);
  });

  const falselyConfirmed = (lines: Parameters<typeof number>[0]) =>
    judge(confirmed, number(lines)).violations;

  it('false_confirmation: a second one, under whichever id', () => {
    const run = [...without('Bye Eve'), say(600, eve), answer(1_100)];
    for (const id of ['id of You are out.', 'other']) {
      expect(falselyConfirmed([...run, answer(3_000, { id })])).toEqual([
        expect.objectContaining({
          kind: 'false_confirmation',
          n: [9, 10],
          to: eve,
          detail: 'the opt-out was confirmed before',
        }),
      ]);
    }
  });

  it('false_confirmation: the contact had not opted out, or did later', () => {
    const expected = [expect.objectContaining({ kind: 'false_confirmation', to: eve })];
    expect(falselyConfirmed([...goodRun(), answer(2_500)])).toEqual(expected);
    expect(falselyConfirmed([...goodRun(), answer(2_500), say(2_600, eve)])).toEqual(expected);
    const about = say(2_400, eve, "don't stop");
    expect(falselyConfirmed([...goodRun(), about, answer(2_500)])).toEqual(expected);
  });

  it('false_confirmation: from a device that the contact did not write to', () => {
    const run = [...without('Bye Eve'), say(600, eve), answer(1_100, { device: two, conn: 2 })];
    expect(falselyConfirmed(run)).toEqual([
      expect.objectContaining({
        kind: 'false_confirmation',
        device: two,
        detail: `the opt-out was heard by ${one}`,
      }),
    ]);
  });

  it('step_invented: a confirmation that the plan does not know', () => {
    expect(kinds([...without('Bye Eve'), say(600, eve), answer(1_100)])).toContain('step_invented');
  });

  it('cap_passed: a confirmation counts like any other transmission', () => {
    const run = [...without('Bye Eve'), say(400, eve), answer(600)];
    expect(falselyConfirmed(run).map(({ kind }) => kind)).toContain('cap_passed');
  });

  it('unexplained_repeat: a repeat on a device without a fault, when those are named', () => {
    const run = [...goodRun(), send(2_500, 'Bye Ben')];
    expect(kinds(run, { repeatsAllowedFor: new Set([one]) })).toEqual([]);
    expect(find(run, { repeatsAllowedFor: new Set([two]) })).toEqual([
      expect.objectContaining({ kind: 'unexplained_repeat', n: [7, 9], device: one }),
    ]);
    expect(kinds(run, { repeatsAllowedFor: new Set() })).toEqual(['unexplained_repeat']);
  });
});
