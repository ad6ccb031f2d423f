import { isFiltering, noFilter, toggleCondition } from '../fleet/filter.ts';
import type { PageProps } from '../page/page.ts';
import { conditionLooks, conditions } from '../parts/condition-look.ts';
import { formatCount } from '../parts/format.ts';
import { Glyph } from '../parts/glyph.tsx';

/** How many devices are in each condition; pressed ones are shown alone. */
export function ConditionChips({ page }: PageProps) {
  const { view } = page;
  const { filter } = view;
  const { byCondition } = page.totals.value;
  return (
    <div class="chips" role="group" aria-label="Show devices by condition">
      {conditions.map((condition) => {
        const { label, meaning } = conditionLooks[condition];
        const count = byCondition[condition];
        return (
          <button
            key={condition}
            type="button"
            class={count === 0 ? 'chip none' : 'chip'}
            title={meaning}
            aria-pressed={filter.conditions.has(condition)}
            onClick={() => (view.filter = toggleCondition(view.filter, condition))}
          >
            <Glyph condition={condition} />
            {label}
            <b>{formatCount(count)}</b>
          </button>
        );
      })}
      {isFiltering(filter) && (
        <button type="button" class="chip clear" onClick={() => (view.filter = noFilter)}>
          Show all
        </button>
      )}
    </div>
  );
}
