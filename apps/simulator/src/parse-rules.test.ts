import { expect, it } from 'vitest';
import { parseRules } from './parse-rules.ts';
import { deeds } from './rule.ts';

function fieldsOf(body: unknown): string[] {
  const parsed = parseRules(body);
  return parsed.kind === 'invalid' ? parsed.problems.map(({ field }) => field) : [];
}

it('takes one rule, which strikes once unless told', () => {
  expect(parseRules({ on: 'message', do: 'no_ack' })).toEqual({
    kind: 'rules',
    rules: [{ on: 'message', do: 'no_ack', times: 1 }],
  });
});

it('takes an array, in its order', () => {
  const body = [
    { on: 'login', do: 'hang', device: '+15550000001', times: 3 },
    { on: 'query', do: 'close', code: 515 },
  ];
  expect(parseRules(body)).toMatchObject({ kind: 'rules', rules: body });
});

it.each(deeds)('takes %s on a message', (deed) => {
  expect(fieldsOf({ on: 'message', do: deed, ms: 5 })).toEqual([]);
});

it.each([
  [{ do: 'no_ack' }, ['on']],
  [{ on: 'message', do: 'explode' }, ['do']],
  [{ on: 'login', do: 'no_ack' }, ['do']],
  [{ on: 'upgrade', do: 'accept_then_drop' }, ['do']],
  [{ on: 'message', do: 'delay' }, ['ms']],
  [{ on: 'message', do: 'delay', ms: 0.5 }, ['ms']],
  [{ on: 'message', do: 'nack', code: '500' }, ['code']],
  [{ on: 'message', do: 'no_ack', times: 0 }, ['times']],
  [{ on: 'message', do: 'no_ack', device: '15550000001' }, ['device']],
  [{ on: 'message', do: 'no_ack', recipient: '+15550000001' }, ['recipient']],
  [{ on: 'login', do: 'hang', to: '+15550000001', id: 'A' }, ['to', 'id']],
  [{ on: 'query', do: 'no_ack' }, ['do']],
  [{ on: 'message', do: 'hang', xmlns: 'usync' }, ['xmlns']],
  [
    [
      { on: 'message', do: 'hang' },
      { on: 'message', do: 'x' },
    ],
    ['[1].do'],
  ],
  ['message', ['']],
  [null, ['']],
])('refuses %j and names %j', (body, fields) => {
  expect(fieldsOf(body)).toEqual(fields);
});

it('says how to put a field right', () => {
  expect(parseRules({ on: 'login', do: 'no_ack' })).toEqual({
    kind: 'invalid',
    problems: [{ field: 'do', fix: 'on login use one of delay, nack, close, hang' }],
  });
});
