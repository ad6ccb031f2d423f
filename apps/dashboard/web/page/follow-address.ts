import { effect } from '@preact/signals';
import { throttle } from '../parts/throttle.ts';
import { openDevice } from './operate.ts';
import { formatHash, parseHash } from './page-hash.ts';
import type { Page } from './page.ts';

/** Browsers refuse a page that writes its address more often (ms). */
const writeInterval = 500;

/** Keeps filter, order and open device in the address, so that a link shows the same, and a reload too. */
export function followAddress(page: Page): void {
  const { view, fleet, opened } = page;
  let wanted: string | undefined;
  const openWanted = () => {
    const device = wanted === undefined ? undefined : fleet.find(wanted);
    if (!device) return;
    wanted = undefined;
    openDevice(page, device.id);
  };
  const read = () => {
    const { filter, sort, device } = parseHash(window.location.hash);
    view.filter = filter;
    view.sort = sort;
    wanted = device;
    if (device === undefined) opened.value = undefined;
    openWanted();
  };
  const write = throttle(() => {
    const id = opened.peek();
    const device = wanted ?? (id === undefined ? undefined : fleet.get(id)?.name);
    const hash = formatHash({ filter: view.filter, sort: view.sort, device });
    const { pathname, search } = window.location;
    window.history.replaceState(null, '', `${pathname}${search}${hash && `#${hash}`}`);
  }, writeInterval);
  read();
  window.addEventListener('hashchange', read);
  // The device may be known with a later snapshot only.
  fleet.onChange(({ reordered }) => reordered && openWanted());
  effect(() => {
    // Once another device is open, the link is no longer about the one it named.
    if (opened.value !== undefined) wanted = undefined;
    void [view.filter, view.sort];
    write();
  });
}
