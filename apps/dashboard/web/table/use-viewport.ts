import { useLayoutEffect, useState } from 'preact/hooks';

/** What of a long list is in sight; px. */
export type Viewport = Readonly<{
  /** Scrolled past, rounded down to whole steps, so that not every pixel is a change. */
  top: number;
  height: number;
  rowHeight: number;
}>;

/** Rows to a step; fewer than are drawn beyond what is in sight. */
const stepRows = 3;
const nothing: Viewport = { top: 0, height: 0, rowHeight: 30 };

export function useViewport(ref: Readonly<{ current: HTMLElement | null }>): Viewport {
  const [viewport, setViewport] = useState(nothing);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const look = () => setViewport((before) => changed(before, measure(element)));
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [ref]);
  return viewport;
}

/** The style sheet decides it, by the width of the page. */
export function rowHeightOf(element: Element): number {
  const height = parseFloat(getComputedStyle(element).getPropertyValue('--row-height'));
  return height > 0 ? height : nothing.rowHeight;
}

function measure(element: HTMLElement): Viewport {
  const rowHeight = rowHeightOf(element);
  const step = rowHeight * stepRows;
  return {
    top: Math.floor(element.scrollTop / step) * step,
    height: element.clientHeight,
    rowHeight,
  };
}

/** The old one when nothing differs, for the same object is no change. */
function changed(before: Viewport, now: Viewport): Viewport {
  const isSame =
    before.top === now.top && before.height === now.height && before.rowHeight === now.rowHeight;
  return isSame ? before : now;
}
