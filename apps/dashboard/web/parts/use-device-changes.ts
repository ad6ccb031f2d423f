import { useEffect, useRef, useState } from 'preact/hooks';
import { type FleetStore, touches } from '../fleet/fleet-store.ts';

/** Renders the component again when one of these devices changes, and for no other. */
export function useDeviceChanges(fleet: FleetStore, ids: readonly number[]): void {
  const [, setVersion] = useState(0);
  const followed = useRef<ReadonlySet<number>>(new Set());
  followed.current = new Set(ids);
  useEffect(
    () =>
      fleet.onChange((change) => {
        if (touches(change, followed.current)) setVersion((version) => version + 1);
      }),
    [fleet],
  );
}
