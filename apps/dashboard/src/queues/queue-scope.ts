import type { FleetDevice } from '../wire.ts';

/**
 * Which queues a browser sees: Bull Board asks each of them for every look, and 3,000 at a time are an outage. A view, never
 * a permission.
 */
export type QueueScope =
  /** The busiest, and those in trouble. */
  | Readonly<{ kind: 'hot' }>
  /** Devices whose name or label has this text. */
  | Readonly<{ kind: 'search'; text: string }>
  | Readonly<{ kind: 'device'; name: string }>;

const cookieName = 'dripfleet_queues';

/** So many at once are drawn within a second; measured, see `npm run bench -- pages`. */
export const queuesShown = 100;

export function readQueueScope(cookies: string | undefined): QueueScope {
  for (const pair of (cookies ?? '').split(';')) {
    const [name, value = ''] = pair.trim().split('=', 2);
    if (name === cookieName) return parseQueueScope(safeDecode(value));
  }
  return { kind: 'hot' };
}

/** `hot`, `device:<name>` or `search:<text>`; anything else is `hot`. */
export function parseQueueScope(text: string): QueueScope {
  const [kind, rest] = text.split(/:(.*)/s);
  if (kind === 'device' && rest) return { kind, name: rest.slice(0, 100) };
  if (kind === 'search' && rest) return { kind, text: rest.slice(0, 100) };
  return { kind: 'hot' };
}

export function queueScopeCookie(scope: QueueScope): string {
  return `${cookieName}=${encodeURIComponent(scopeText(scope))}; Path=/queues; HttpOnly; SameSite=Lax`;
}

export function scopeText(scope: QueueScope): string {
  if (scope.kind === 'device') return `device:${scope.name}`;
  return scope.kind === 'search' ? `search:${scope.text}` : 'hot';
}

/** The devices whose queues are shown, at most `queuesShown`, the hottest first. */
export function devicesInScope(
  devices: readonly FleetDevice[],
  scope: QueueScope,
): readonly FleetDevice[] {
  const matching =
    scope.kind === 'device'
      ? devices.filter(({ name }) => name === scope.name)
      : scope.kind === 'search'
        ? devices.filter((device) => matches(device, scope.text.toLowerCase()))
        : devices.filter((device) => heat(device) > 0);
  return matching
    .toSorted((a, b) => heat(b) - heat(a) || (a.name < b.name ? -1 : 1))
    .slice(0, queuesShown);
}

function matches({ name, labels }: FleetDevice, text: string): boolean {
  const texts = [name, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)];
  return texts.some((one) => one.toLowerCase().includes(text));
}

/** What is in hand weighs; a device that can't send what it holds weighs most. */
function heat({ condition, queued, sending, errors = {} }: FleetDevice): number {
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const isStuck = queued > 0 && condition !== 'open';
  return queued + sending + failed * 10 + (isStuck ? 1_000 : 0);
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
