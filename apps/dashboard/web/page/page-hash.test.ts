import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noFilter } from '../fleet/filter.ts';
import { sortKeys, troubleFirst } from '../fleet/sort.ts';
import { conditions } from '../parts/condition-look.ts';
import { formatHash, parseHash } from './page-hash.ts';

it('adds nothing to the address of the page as it opens', () => {
  expect(formatHash({ filter: noFilter, sort: troubleFirst, device: undefined })).toBe('');
  expect(parseHash('')).toEqual({ filter: noFilter, sort: troubleFirst, device: undefined });
});

it('comes back from its own address, whatever was typed', () => {
  const address = fc.record({
    filter: fc.record({
      text: fc.string().map((text) => text.trim()),
      conditions: fc.subarray([...conditions]).map((list) => new Set(list)),
      errorsOnly: fc.boolean(),
    }),
    sort: fc.record({ key: fc.constantFrom(...sortKeys), descending: fc.boolean() }),
    device: fc.option(fc.string(), { nil: undefined }),
  });
  fc.assert(
    fc.property(address, (given) => {
      expect(parseHash(`#${formatHash(given)}`)).toEqual(given);
    }),
  );
});

it('leaves out what it does not know', () => {
  expect(parseHash('#is=open+flying&sort=-colour&other=1')).toEqual({
    filter: { ...noFilter, conditions: new Set(['open']) },
    sort: troubleFirst,
    device: undefined,
  });
});
