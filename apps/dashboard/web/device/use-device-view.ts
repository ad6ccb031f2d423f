import { useEffect, useState } from 'preact/hooks';
import type { DeviceView, FleetDevice } from '../../src/wire.ts';
import { errorText } from '../page/api.ts';
import type { Page } from '../page/page.ts';
import { throttle } from '../parts/throttle.ts';

export type DeviceReading = Readonly<{
  /** The last answer; undefined until there is one. */
  view?: DeviceView;
  /** When it came; ms since the page was opened. */
  readAt: number;
  problem?: string;
}>;

/** A device is read again when the stream says that it changed, but not more often than this (ms). */
const readInterval = 1_000;
/** Who runs through the list with a held key asks for none of those that pass by (ms). */
const settle = 80;

/** What the server knows of a device, as long as the component shows it. */
export function useDeviceView({ api, fleet }: Page, { id, name }: FleetDevice): DeviceReading {
  const [reading, setReading] = useState<DeviceReading>({ readAt: 0 });
  useEffect(() => {
    let isOver = false;
    const read = async () => {
      try {
        const view = await api.findDevice(name);
        if (!isOver) setReading({ view, readAt: performance.now() });
      } catch (error) {
        // What was read before still stands.
        if (!isOver) setReading((before) => ({ ...before, problem: errorText(error) }));
      }
    };
    const readSoon = throttle(() => {
      if (!isOver) void read();
    }, readInterval);
    const first = setTimeout(readSoon, settle);
    const unfollow = fleet.onChange(({ ids, reordered }) => {
      if (reordered || ids.has(id)) readSoon();
    });
    return () => {
      isOver = true;
      clearTimeout(first);
      unfollow();
    };
  }, [api, fleet, id, name]);
  return reading;
}
