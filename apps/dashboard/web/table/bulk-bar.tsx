import { isFiltering } from '../fleet/filter.ts';
import { askControlOfMatches, mayOperate } from '../page/operate.ts';
import type { PageProps } from '../page/page.ts';
import { formatCount, plural } from '../parts/format.ts';

const actions = [
  ['pause', 'Pause'],
  ['resume', 'Resume'],
  ['drain', 'Drain'],
] as const;

/** How many devices match, and what can be done with all of them. */
export function BulkBar({ page }: PageProps) {
  const count = page.view.matches.length;
  const all = page.totals.value.devices;
  const filtering = isFiltering(page.view.filter);
  const whom = filtering ? `${formatCount(count)} that match…` : `all ${formatCount(count)}…`;
  return (
    <div class="bulk">
      <span role="status">
        {filtering ? `${formatCount(count)} of ${plural(all, 'device')}` : plural(all, 'device')}
      </span>
      {mayOperate(page) &&
        count > 0 &&
        actions.map(([action, label]) => (
          <button key={action} type="button" onClick={() => askControlOfMatches(page, action)}>
            {label} <span class="whom">{whom}</span>
          </button>
        ))}
      {page.me.value?.role === 'viewer' && <em>Your role, viewer, may look only.</em>}
    </div>
  );
}
