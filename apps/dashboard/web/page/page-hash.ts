import type { Filter } from '../fleet/filter.ts';
import { type Sort, sortKeys, troubleFirst } from '../fleet/sort.ts';
import { conditions } from '../parts/condition-look.ts';

/** What of the page can be passed on as a link. */
export type PageAddress = Readonly<{
  filter: Filter;
  sort: Sort;
  /** The name of the device in the drawer. */
  device: string | undefined;
}>;

/** The part of an address behind `#`; empty for the page as it opens. */
export function formatHash({ filter, sort, device }: PageAddress): string {
  const fields = new URLSearchParams();
  if (filter.text.trim() !== '') fields.set('q', filter.text.trim());
  if (filter.conditions.size > 0) fields.set('is', [...filter.conditions].join(' '));
  if (filter.errorsOnly) fields.set('errors', '1');
  if (sort.key !== troubleFirst.key || sort.descending !== troubleFirst.descending)
    fields.set('sort', `${sort.descending ? '-' : ''}${sort.key}`);
  if (device !== undefined) fields.set('device', device);
  return fields.toString();
}

/** With or without its `#`. What it does not know it leaves out: links are written by people too. */
export function parseHash(hash: string): PageAddress {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const wanted = new Set(fields.get('is')?.split(' '));
  return {
    filter: {
      text: fields.get('q') ?? '',
      conditions: new Set(conditions.filter((condition) => wanted.has(condition))),
      errorsOnly: fields.get('errors') === '1',
    },
    sort: parseSort(fields.get('sort') ?? ''),
    device: fields.get('device') ?? undefined,
  };
}

function parseSort(text: string): Sort {
  const descending = text.startsWith('-');
  const key = sortKeys.find((known) => known === text.replace(/^-/, ''));
  return key === undefined ? troubleFirst : { key, descending };
}
