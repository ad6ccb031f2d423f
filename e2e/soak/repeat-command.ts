import { durationMs, formatDuration } from '@dripfleet/domain';

import type { SoakOptions } from './soak-options.ts';

/** The command that strikes the same way again. */
export function repeatCommand(options: SoakOptions): string {
  const { duration, seed, transport, devices, contacts, workers, schedulers } = options;
  const [min, max] = options.faultEvery.map((time) => formatDuration(durationMs(time)));
  const every = options.faultEvery[0] === Number.MAX_SAFE_INTEGER ? 'off' : `${min}-${max}`;
  const run = `--minutes ${duration / 60_000} --seed ${seed} --transport ${transport}`;
  const fleet = `--devices ${devices} --contacts ${contacts} --workers ${workers} --schedulers ${schedulers}`;
  return `npm run soak -- ${run} ${fleet} --fault-every ${every}`;
}
