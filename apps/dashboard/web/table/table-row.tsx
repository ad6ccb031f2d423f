import { useMemo } from 'preact/hooks';
import type { FleetDevice } from '../../src/wire.ts';
import { countErrors } from '../fleet/count-errors.ts';
import { conditionLooks } from '../parts/condition-look.ts';
import { formatClasses, formatCount } from '../parts/format.ts';
import { Glyph } from '../parts/glyph.tsx';

type TableRowProps = Readonly<{
  id: number;
  /** Undefined once it is gone and the list has not followed yet. */
  device: FleetDevice | undefined;
  /** From 0. */
  place: number;
  /** px */
  rowHeight: number;
  isSelected: boolean;
  onOpen(): void;
}>;

export const rowId = (id: number): string => `row-${id}`;

export function TableRow({ id, device, place, rowHeight, isSelected, onOpen }: TableRowProps) {
  // The same object is the same device: its cells need not be looked at again.
  const cells = useMemo(() => device && <Cells device={device} />, [device]);
  return (
    <div
      id={rowId(id)}
      class="row"
      role="row"
      aria-rowindex={place + 2}
      aria-selected={isSelected}
      style={{ transform: `translateY(${place * rowHeight}px)` }}
      onClick={onOpen}
    >
      {cells}
    </div>
  );
}

function Cells({ device }: Readonly<{ device: FleetDevice }>) {
  const { name, condition, why, host, queued, sending, due, sentLastHour, errors = {} } = device;
  const { label } = conditionLooks[condition];
  const count = countErrors(device);
  return (
    <>
      <div class="c-name" role="gridcell" title={name}>
        {name}
      </div>
      <div class="c-condition" role="gridcell" title={why ? `${label}: ${why}` : label}>
        <Glyph condition={condition} />
        {label}
        {why && <span>{why}</span>}
      </div>
      <div class="c-host" role="gridcell" title={host}>
        {host}
      </div>
      <NumberCell column="queued" value={queued} />
      <NumberCell column="sending" value={sending} />
      <NumberCell column="due" value={due} />
      <NumberCell column="sentLastHour" value={sentLastHour} />
      <NumberCell column="errors" value={count} tip={formatClasses(Object.entries(errors))} />
    </>
  );
}

type NumberCellProps = Readonly<{ column: string; value: number; tip?: string }>;

function NumberCell({ column, value, tip }: NumberCellProps) {
  return (
    <div
      class={value === 0 ? `c-${column} number zero` : `c-${column} number`}
      role="gridcell"
      title={tip || undefined}
    >
      {formatCount(value)}
    </div>
  );
}
