import { assertNever, closestNames } from '@dripfleet/domain';
import {
  type DesiredState,
  type DeviceFilter,
  type DeviceSessionState,
  matchDevices,
  type NamedDevice,
  type Queryable,
} from '@dripfleet/store';
import { DeviceError } from './device-error.ts';

/**
 * Which devices an operator means. Labels select those that have all of the given ones; states those that are in all of the
 * given ones at this moment, and have the labels. Names are never filtered: whoever names a device means it.
 */
export type DeviceSelector =
  | Readonly<{ kind: 'names'; names: readonly string[] }>
  | Readonly<{ kind: 'labels'; labels: Readonly<Record<string, string>> }>
  | Readonly<{
      kind: 'states';
      state?: DesiredState | undefined;
      session?: DeviceSessionState | undefined;
      labels?: Readonly<Record<string, string>> | undefined;
    }>
  | Readonly<{ kind: 'all' }>;

/** Unknown names that one error names, with what they may be a slip of; a wrong file has thousands. */
const missingShown = 10;

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
    case 'labels':
    case 'states': {
      const filter = filterOf(selector);
      const found = await matchDevices(db, filter);
      if (found.length === 0) throw new DeviceError('not_found', `no device ${filterText(filter)}`);
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

/** What a selector asks the store for. */
export function filterOf(selector: DeviceSelector): DeviceFilter {
  switch (selector.kind) {
    case 'names':
      return { names: selector.names };
    case 'labels':
      return { labels: selector.labels };
    case 'states': {
      const { state, session, labels } = selector;
      return { state, session, labels };
    }
    case 'all':
      return {};
    default:
      return assertNever(selector);
  }
}

/** `has the label team=br and is paused`. */
function filterText({ labels = {}, state, session }: DeviceFilter): string {
  const parts = [
    ...(Object.keys(labels).length > 0 ? [`has the label ${labelText(labels)}`] : []),
    ...(state === undefined ? [] : [`is ${state}`]),
    ...(session === undefined ? [] : [`has a session that is ${session}`]),
  ];
  return parts.join(' and ');
}

async function resolveNames(
  db: Queryable,
  names: readonly string[],
): Promise<readonly NamedDevice[]> {
  const found = await matchDevices(db, { names });
  const missing = names.filter((name) => !found.some((device) => device.name === name));
  if (missing.length === 0) return found;
  const known = (await matchDevices(db, {})).map(({ name }) => name);
  const lines = missing.slice(0, missingShown).map((name) => {
    const close = closestNames(name, known);
    return `no device is named "${name}"${close.length > 0 ? `; did you mean ${close.join(' or ')}?` : ''}`;
  });
  if (missing.length > lines.length) lines.push(`and ${missing.length - lines.length} more`);
  throw new DeviceError('not_found', lines.join('\n'));
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
