import { expect, it } from 'vitest';
import { messageFate } from './message-fate.ts';

const rule = { on: 'message', times: 1 } as const;

it('accepts and acks without a rule', () => {
  expect(messageFate(undefined)).toEqual({ outcome: 'accepted', answer: { kind: 'ack' } });
});

it.each([
  ['drop_before', 'dropped', { kind: 'close', code: 1006 }],
  ['accept_then_drop', 'accepted', { kind: 'close', code: 1006 }],
  ['no_ack', 'accepted', { kind: 'none' }],
  ['delay', 'accepted', { kind: 'ack', afterMs: 70 }],
  ['nack', 'nacked', { kind: 'ack', error: 479 }],
  ['close', 'dropped', { kind: 'close', code: 479 }],
  ['hang', 'dropped', { kind: 'none' }],
] as const)('%s: the message is %s, the sender sees %j', (deed, outcome, answer) => {
  expect(messageFate({ ...rule, do: deed, ms: 70, code: 479 })).toEqual({ outcome, answer });
});
