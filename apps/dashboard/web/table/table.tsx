import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { isFiltering } from '../fleet/filter.ts';
import { openDevice } from '../page/operate.ts';
import type { Page, PageProps } from '../page/page.ts';
import { useDeviceChanges } from '../parts/use-device-changes.ts';
import { TableHead } from './table-head.tsx';
import { rowId, TableRow } from './table-row.tsx';
import { rowHeightOf, useViewport, type Viewport } from './use-viewport.ts';

/** Rows above and below those in sight, so that a quick scroll shows no gap. */
const overscan = 6;

/** All matching devices, of which only the rows in sight exist. */
export function Table({ page }: PageProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useViewport(scroller);
  const ids = page.view.matches;
  const { first, shown } = rowsInSight(ids, viewport);
  useDeviceChanges(page.fleet, shown);
  useReveal(page, scroller);
  const selected = page.selected.value;
  const isSelectedShown = selected !== undefined && shown.includes(selected);
  return (
    <div
      ref={scroller}
      class="grid"
      role="grid"
      tabindex={0}
      aria-label="Devices"
      aria-rowcount={ids.length + 1}
      aria-activedescendant={isSelectedShown ? rowId(selected) : undefined}
      onPointerMove={() => page.view.hold()}
    >
      <TableHead page={page} />
      <div class="rows" role="rowgroup" style={{ height: `${ids.length * viewport.rowHeight}px` }}>
        {shown.map((id, index) => (
          <TableRow
            key={id}
            id={id}
            device={page.fleet.get(id)}
            place={first + index}
            rowHeight={viewport.rowHeight}
            isSelected={id === selected}
            onOpen={() => openDevice(page, id)}
          />
        ))}
      </div>
      {ids.length === 0 && <Nothing page={page} />}
    </div>
  );
}

function rowsInSight(
  ids: readonly number[],
  { top, height, rowHeight }: Viewport,
): Readonly<{ first: number; shown: readonly number[] }> {
  // A list that got shorter leaves the scroll position behind for a moment.
  const furthest = Math.max(0, ids.length * rowHeight - height);
  const first = Math.max(0, Math.floor(Math.min(top, furthest) / rowHeight) - overscan);
  const count = Math.ceil(height / rowHeight) + 2 * overscan;
  return { first, shown: ids.slice(first, first + count) };
}

/** Scrolls to the selected row when another one is selected; a row that only moves takes nobody along. */
function useReveal(page: Page, scroller: Readonly<{ current: HTMLDivElement | null }>): void {
  useSignalEffect(() => {
    const id = page.selected.value;
    const element = scroller.current;
    if (id === undefined || !element) return;
    const place = page.view.placeOf(id);
    if (place === undefined) return;
    const head = element.querySelector<HTMLElement>('.head')?.offsetHeight ?? 0;
    const rowHeight = rowHeightOf(element);
    const top = place * rowHeight;
    const room = element.clientHeight - head - rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
  });
}

function Nothing({ page }: PageProps) {
  const [text, detail] = nothingTexts(page);
  return (
    <p class="nothing">
      <strong>{text}</strong>
      {detail}
    </p>
  );
}

function nothingTexts({ view, liveState, totals }: Page): readonly [string, string] {
  if (isFiltering(view.filter) && totals.value.devices > 0)
    return ['No device matches.', 'Take a word or a condition away, or press “Show all”.'];
  if (liveState.value === 'live')
    return ['There are no devices yet.', 'Add some: dripfleet device add NAME…'];
  return ['Waiting for the fleet…', ''];
}
