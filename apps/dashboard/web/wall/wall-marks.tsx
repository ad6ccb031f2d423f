import type { Signal } from '@preact/signals';
import type { FleetDevice } from '../../src/wire.ts';
import { countErrors } from '../fleet/count-errors.ts';
import type { Page } from '../page/page.ts';
import { conditionLooks } from '../parts/condition-look.ts';
import { plural } from '../parts/format.ts';
import { Glyph } from '../parts/glyph.tsx';
import { useDeviceChanges } from '../parts/use-device-changes.ts';
import type { WallPainter } from './wall-painter.ts';

type WallMarksProps = Readonly<{
  page: Page;
  painter: Signal<WallPainter | undefined>;
  /** The device under the pointer. */
  hovered: Signal<number | undefined>;
}>;

/** What is put over the canvas instead of drawn on it: rings round the selected and the hovered cell, and a tip. */
export function WallMarks({ page, painter: { value: painter }, hovered }: WallMarksProps) {
  const under = hovered.value;
  useDeviceChanges(page.fleet, under === undefined ? [] : [under]);
  if (!painter) return null;
  const device = under === undefined ? undefined : page.fleet.get(under);
  return (
    <>
      <Ring painter={painter} id={page.selected.value} kind="selected" />
      {device && <Ring painter={painter} id={device.id} kind="hovered" />}
      {device && <Tip painter={painter} device={device} />}
    </>
  );
}

type RingProps = Readonly<{
  painter: WallPainter;
  id: number | undefined;
  kind: 'selected' | 'hovered';
}>;

function Ring({ painter, id, kind }: RingProps) {
  const { cell } = painter.layout;
  const corner = id === undefined ? undefined : painter.cornerOf(id);
  if (!corner) return null;
  const size = `${cell + 4}px`;
  const transform = `translate(${corner.x - 2}px, ${corner.y - 2}px)`;
  return <i class={`ring ${kind}`} style={{ width: size, height: size, transform }} />;
}

/** px; as in the style sheet. */
const tipWidth = 260;

function Tip({ painter, device }: Readonly<{ painter: WallPainter; device: FleetDevice }>) {
  const corner = painter.cornerOf(device.id);
  if (!corner) return null;
  const bounds = painter.bounds();
  const left = Math.min(bounds.left + corner.x, window.innerWidth - tipWidth - 8);
  const top = bounds.top + corner.y + painter.layout.cell + 8;
  const { condition, why, name, queued, sentLastHour } = device;
  const errors = countErrors(device);
  return (
    <div class="tip" style={{ transform: `translate(${left}px, ${top}px)` }}>
      <b>{name}</b>
      <span>
        <Glyph condition={condition} /> {conditionLooks[condition].label}
        {why && `: ${why}`}
      </span>
      <small>
        {queued} queued, {sentLastHour} sent in the last hour
        {errors > 0 && `, ${plural(errors, 'error')}`}
      </small>
    </div>
  );
}
