import { describe, expect, test } from 'vitest';
import type { FleetDevice } from '../wire.ts';
import {
  devicesInScope,
  parseQueueScope,
  queueScopeCookie,
  queuesShown,
  readQueueScope,
  scopeText,
} from './queue-scope.ts';

const device = (id: number, more: Partial<FleetDevice> = {}): FleetDevice => ({
  id,
  name: `shop-${id}`,
  labels: { team: id % 2 ? 'br' : 'mx' },
  condition: 'open',
  queued: 0,
  sending: 0,
  due: 0,
  sentLastHour: 0,
  ...more,
});
const namesIn = (devices: readonly FleetDevice[], scope: string) =>
  devicesInScope(devices, parseQueueScope(scope)).map(({ name }) => name);

describe('the queues that a browser sees', () => {
  test('hot: those with something in hand, those that can’t send it first; never the quiet ones', () => {
    const fleet = [
      device(1),
      device(2, { queued: 5 }),
      device(3, { queued: 1, condition: 'stopped' }),
      device(4, { queued: 9 }),
    ];
    expect(namesIn(fleet, 'hot')).toEqual(['shop-3', 'shop-4', 'shop-2']);
  });

  test('however many match, so many at most', () => {
    const fleet = Array.from({ length: 3_000 }, (_, id) => device(id, { queued: 1 }));
    expect(devicesInScope(fleet, { kind: 'hot' })).toHaveLength(queuesShown);
    expect(devicesInScope(fleet, { kind: 'search', text: 'shop' })).toHaveLength(queuesShown);
  });

  test('one device, or those whose name or label has a text', () => {
    const fleet = [device(1), device(2), device(12)];
    expect(namesIn(fleet, 'device:shop-1')).toEqual(['shop-1']);
    expect(namesIn(fleet, 'search:SHOP-1')).toEqual(['shop-1', 'shop-12']);
    expect(namesIn(fleet, 'search:team=br')).toEqual(['shop-1']);
  });
});

test('a scope is read back from its cookie; whatever else a browser sends is the hot view', () => {
  for (const scope of ['hot', 'device:shop-1', 'search:a b;c=d']) {
    const [pair] = queueScopeCookie(parseQueueScope(scope)).split('; ');
    expect(scopeText(readQueueScope(`a=b; ${pair}`))).toBe(scope);
  }
  for (const cookie of [undefined, '', 'dripfleet_queues=%E0%A4%A', 'dripfleet_queues=device:'])
    expect(readQueueScope(cookie)).toEqual({ kind: 'hot' });
});
