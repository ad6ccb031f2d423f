import { useEffect, useState } from 'preact/hooks';

/** Renders the component again every `interval` ms, for what changes by time alone. */
export function useTicks(interval: number): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), interval);
    return () => clearInterval(timer);
  }, [interval]);
}
