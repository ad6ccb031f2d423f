import { matchDevices, type NamedDevice, type Queryable } from '@dripfleet/store';
import { closestNames, assertNever } from '@dripfleet/domain';
import { DeviceError } from './device-error.ts';

/** Which devices an operator means. A label selects those that have all of the given ones. */
export type DeviceSelector =
  | Readonly<{ kind: 'names'; names: readonly string[] }>
  | Readonly<{ kind: 'labels'; labels: Readonly<Record<string, string>> }>
  | Readonly<{ kind: 'all' }>;

/**
 * The devices of a selector, by name. Throws `DeviceError` `not_found` that names what there is none of, with names that
 * come close: a typo must never narrow a command in silence.
 */
export async function resolveDevices(
  db: Queryable,
  selector: DeviceSelector,
): Promise<readonly NamedDevice[]> {
  switch (selector.kind) {
    case 'names':
      return await resolveNames(db, selector.names);
    case 'labels': {
      const found = await matchDevices(db, { labels: selector.labels });
      if (found.length === 0)
        throw new DeviceError('not_found', `no device has the label ${labelText(selector.labels)}`);
      return found;
    }
    case 'all': {
      const found = await matchDevices(db, {});
      if (found.length === 0)
        throw new DeviceError(
          'not_found',
          'there is no device yet; add one with: dripfleet device add NAME',
        );
      return found;
    }
    default:
      return assertNever(selector);
  }
}

async function resolveNames(
  db: Queryable,
  names: readonly string[],
): Promise<readonly NamedDevice[]> {
  const found = await matchDevices(db, { names });
  const missing = names.filter((name) => !found.some((device) => device.name === name));
  if (missing.length === 0) return found;
  const known = (await matchDevices(db, {})).map(({ name }) => name);
  const lines = missing.map((name) => {
    const close = closestNames(name, known);
    return `no device is named "${name}"${close.length > 0 ? `; did you mean ${close.join(' or ')}?` : ''}`;
  });
  throw new DeviceError('not_found', lines.join('\n'));
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
