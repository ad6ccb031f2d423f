import { assertNever } from '@dripfleet/domain';
import type { DeviceActivity } from '@dripfleet/store';
import type { Key } from './screen/keys.ts';

/** By what the devices of `top` are in order: the most first, a name after the one before it. */
export const sortKeys = ['sent', 'queued', 'due', 'failed', 'name'] as const;
export type SortKey = (typeof sortKeys)[number];

/** What somebody looks at in `top`. */
export type TopState = Readonly<{
  sort: SortKey;
  /** Only devices that hold this in their name, state, session or host. */
  filter: string;
  /** Whether keys go into the filter. */
  isTyping: boolean;
}>;

/** What a key makes of it; undefined: nothing, it means something else. */
export function pressTop(state: TopState, key: Key): TopState | undefined {
  if (state.isTyping) return typeFilter(state, key);
  if (key.kind === 'escape') return { ...state, filter: '' };
  if (key.kind !== 'char') return undefined;
  if (key.char === 's') return { ...state, sort: nextSort(state.sort) };
  return key.char === '/' ? { ...state, isTyping: true, filter: '' } : undefined;
}

function typeFilter(state: TopState, key: Key): TopState | undefined {
  switch (key.kind) {
    case 'char':
      return { ...state, filter: state.filter + key.char };
    case 'backspace':
      return { ...state, filter: state.filter.slice(0, -1) };
    case 'enter':
      return { ...state, isTyping: false };
    case 'escape':
      return { ...state, isTyping: false, filter: '' };
    case 'interrupt':
      return undefined;
    default:
      return assertNever(key);
  }
}

function nextSort(sort: SortKey): SortKey {
  return sortKeys[(sortKeys.indexOf(sort) + 1) % sortKeys.length] ?? sort;
}

/** The devices that are looked at, in their order; those that are equal by name. */
export function arrangeDevices(
  devices: readonly DeviceActivity[],
  { sort, filter }: Pick<TopState, 'sort' | 'filter'>,
): readonly DeviceActivity[] {
  const wanted = filter.trim().toLowerCase();
  const found = devices.filter(({ name, state, session, owner }) =>
    [name, state, session, owner?.host ?? ''].some((text) => text.toLowerCase().includes(wanted)),
  );
  const rank = (device: DeviceActivity) => (sort === 'name' ? 0 : device[sort]);
  return found.toSorted(
    (one, other) =>
      rank(other) - rank(one) ||
      (sort === 'name' ? 0 : inHand(other) - inHand(one)) ||
      (one.name < other.name ? -1 : 1),
  );
}

const inHand = ({ queued, sending }: DeviceActivity): number => queued + sending;
