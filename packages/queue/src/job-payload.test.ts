import { sequenceContactId, stepKey } from '@dripfleet/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJobData, toJobData } from './job-payload.ts';
import { jobId, parseJobId } from './names.ts';

const good = { v: 1, row: 5, seq: 3, step: 'hello' };
const ids = fc.integer({ min: 1, max: 2 ** 49 });

describe('parseJobData', () => {
  test('reads what toJobData wrote', () => {
    fc.assert(
      fc.property(ids, ids, fc.stringMatching(/^[a-z0-9_-]{1,40}$/), (row, seq, step) => {
        const payload = {
          sequenceContactId: sequenceContactId(row),
          dispatchSeq: seq,
          stepKey: stepKey(step),
        };
        expect(parseJobData(JSON.parse(JSON.stringify(toJobData(payload))))).toEqual(payload);
      }),
    );
  });

  test('carries ids only', () => {
    const payload = {
      sequenceContactId: sequenceContactId(5),
      dispatchSeq: 3,
      stepKey: stepKey('a'),
    };
    expect(toJobData(payload)).toEqual({ v: 1, row: 5, seq: 3, step: 'a' });
  });

  // Guards R12: whoever can write to Redis decides nothing but which row is looked at.
  const hostile: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['a string', '{"v":1}'],
    ['a list', [good]],
    ['another version', { ...good, v: 2 }],
    ['a number as text', { ...good, row: '5' }],
    ['a fraction', { ...good, row: 5.5 }],
    ['a negative row', { ...good, row: -5 }],
    ['row zero', { ...good, row: 0 }],
    ['not a number', { ...good, row: Number.NaN }],
    ['a number beyond what is exact', { ...good, row: 2 ** 60 }],
    ['SQL in the step', { ...good, step: "a'; drop table deliveries; --" }],
    ['an empty step', { ...good, step: '' }],
    ['a step with a line break at its end', { ...good, step: 'hello\n' }],
    ['an endless step', { ...good, step: 'a'.repeat(41) }],
    ['a missing sequence number', { v: 1, row: 5, step: 'hello' }],
    ['a phone number beside', { ...good, phone: '+15550000001' }],
    ['a prototype', JSON.parse('{"v":1,"row":5,"seq":3,"step":"hello","__proto__":{"a":1}}')],
  ];
  test.each(hostile)('refuses %s', (_, data) => {
    expect(parseJobData(data)).toBeUndefined();
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(parseJobData(data)).toBeUndefined();
      }),
    );
  });
});

describe('job ids', () => {
  test('name their row and dispatch, and hold neither a colon nor digits alone', () => {
    fc.assert(
      fc.property(ids, ids, (row, seq) => {
        const id = jobId(sequenceContactId(row), seq);
        expect(id).not.toMatch(/:|^\d+$/);
        expect(parseJobId(id)).toEqual({ sequenceContactId: row, dispatchSeq: seq });
      }),
    );
  });

  test.each([
    '',
    '1',
    'sc_1',
    'sc_1_',
    'sc_a_1',
    'sc_1_1_1',
    'sc_-1_1',
    'sc_1_1\n',
    `sc_${'9'.repeat(16)}_1`,
  ])('an id that we did not make (%j) names nothing', (id) => {
    expect(parseJobId(id)).toBeUndefined();
  });
});
