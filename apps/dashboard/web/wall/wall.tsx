import { useSignal, useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Totals } from '../fleet/tally.ts';
import { openDevice } from '../page/operate.ts';
import type { Page, PageProps } from '../page/page.ts';
import { conditionLooks, conditions } from '../parts/condition-look.ts';
import { formatCount, plural } from '../parts/format.ts';
import { WallMarks } from './wall-marks.tsx';
import { WallPainter } from './wall-painter.ts';

/**
 * The fleet as a picture, a cell for a device, in the order of their names. For eyes and pointers: the table below says
 * the same in words, and is where the keyboard works.
 */
export function Wall({ page }: PageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useSignal<WallPainter | undefined>(undefined);
  const hovered = useSignal<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (!frame.current || !canvas.current) return undefined;
    painter.value = new WallPainter(canvas.current, page.fleet);
    return keepDrawn(page, painter.value, frame.current);
  }, [page, painter]);
  useSignalEffect(() => painter.value?.emphasize(page.view.matching));
  const deviceAt = ({ offsetX, offsetY }: MouseEvent) => painter.value?.deviceAt(offsetX, offsetY);
  return (
    <div class="card wall" ref={frame} hidden={page.totals.value.devices === 0}>
      <div class="plane">
        <canvas
          ref={canvas}
          role="img"
          aria-label={describe(page.totals.value)}
          onPointerMove={(event) => (hovered.value = deviceAt(event)?.id)}
          onPointerLeave={() => (hovered.value = undefined)}
          onClick={(event) => {
            const device = deviceAt(event);
            if (device) openDevice(page, device.id);
          }}
        />
        <WallMarks page={page} painter={painter} hovered={hovered} />
      </div>
    </div>
  );
}

/** Draws again when devices, the space or the colours change; the answer ends that. */
function keepDrawn({ fleet }: Page, painter: WallPainter, frame: HTMLElement): () => void {
  const fit = () => painter.resize(spaceIn(frame));
  const recolor = () => painter.recolor();
  const ended = new AbortController();
  const observer = new ResizeObserver(fit);
  observer.observe(frame);
  window.addEventListener('resize', fit, { signal: ended.signal });
  const darkness = window.matchMedia('(prefers-color-scheme: dark)');
  darkness.addEventListener('change', recolor, { signal: ended.signal });
  const unfollow = fleet.onChange((change) => painter.follow(change));
  return () => {
    ended.abort();
    observer.disconnect();
    unfollow();
  };
}

/** What the style sheet leaves inside the frame, px. */
function spaceIn(frame: HTMLElement): Readonly<{ width: number; maxHeight: number }> {
  const style = getComputedStyle(frame);
  return {
    width: frame.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
    maxHeight:
      parseFloat(style.maxHeight) - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
  };
}

function describe({ devices, byCondition }: Totals): string {
  const counts = conditions
    .filter((condition) => byCondition[condition] > 0)
    .map(
      (condition) => `${formatCount(byCondition[condition])} ${conditionLooks[condition].label}`,
    );
  return `${plural(devices, 'device')}: ${counts.join(', ').toLowerCase()}. The table lists them.`;
}
