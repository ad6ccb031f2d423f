import { nextSort, type Sort, type SortKey } from '../fleet/sort.ts';
import type { PageProps } from '../page/page.ts';
import { columns } from './columns.ts';

/** The titles; each sorts by its column. */
export function TableHead({ page: { view } }: PageProps) {
  const { sort } = view;
  return (
    <div class="head row" role="row" aria-rowindex={1}>
      {columns.map(({ key, title, tip }) => (
        <div key={key} class={`c-${key}`} role="columnheader" aria-sort={ariaSort(sort, key)}>
          <button type="button" title={tip} onClick={() => (view.sort = nextSort(view.sort, key))}>
            {title}
            <span aria-hidden="true">{arrow(sort, key)}</span>
          </button>
        </div>
      ))}
    </div>
  );
}

function ariaSort(sort: Sort, key: SortKey): 'ascending' | 'descending' | 'none' {
  if (sort.key !== key) return 'none';
  return sort.descending ? 'descending' : 'ascending';
}

function arrow(sort: Sort, key: SortKey): string {
  if (sort.key !== key) return '';
  return sort.descending ? '↓' : '↑';
}
