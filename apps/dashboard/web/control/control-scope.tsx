import type { FleetDevice } from '../../src/wire.ts';
import { conditionLooks, conditions } from '../parts/condition-look.ts';
import { formatCount, formatNames } from '../parts/format.ts';
import { Glyph } from '../parts/glyph.tsx';

const namesShown = 6;

/** Who is meant, and what they have in hand. */
export function ControlScope({ devices }: Readonly<{ devices: readonly FleetDevice[] }>) {
  const names = devices.map(({ name }) => name);
  const sum = (key: 'queued' | 'sending') =>
    formatCount(devices.reduce((total, device) => total + device[key], 0));
  return (
    <div class="scope">
      {names.length > 1 && <p class="names">{formatNames(names, namesShown)}</p>}
      <p>
        {countConditions(devices).map(([condition, count]) => (
          <span key={condition}>
            <Glyph condition={condition} /> {formatCount(count)}{' '}
            {conditionLooks[condition].label.toLowerCase()}
          </span>
        ))}
      </p>
      <p>
        {sum('sending')} on their way, {sum('queued')} queued
      </p>
    </div>
  );
}

function countConditions(devices: readonly FleetDevice[]) {
  return conditions
    .map((condition) => {
      const count = devices.filter((device) => device.condition === condition).length;
      return [condition, count] as const;
    })
    .filter(([, count]) => count > 0);
}
