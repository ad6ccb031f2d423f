import type { DeviceActivity } from '@dripfleet/store';
import { describe, expect, it } from 'vitest';
import { readKeys } from './screen/keys.ts';
import { arrangeDevices, pressTop, type TopState } from './top-state.ts';

const start: TopState = { sort: 'sent', filter: '', isTyping: false };
const press = (text: string, from = start) =>
  readKeys(text).reduce((state, key) => pressTop(state, key) ?? state, from);

describe('the keys of top', () => {
  it('go through the orders with s, and around', () => {
    expect(press('s').sort).toBe('queued');
    expect(press('sssss').sort).toBe('sent');
  });

  it('write a filter after /, also with letters that mean something elsewhere', () => {
    expect(press('/qs')).toEqual({ sort: 'sent', filter: 'qs', isTyping: true });
    expect(press('/ab\u007F\r')).toEqual({ sort: 'sent', filter: 'a', isTyping: false });
    expect(press('/ab\u001B')).toEqual(start);
    expect(press('/ab\r\u001B')).toEqual(start);
  });

  it('leave the rest to others', () => {
    const [quit] = readKeys('q');
    expect(quit && pressTop(start, quit)).toBeUndefined();
    const [interrupt] = readKeys('\u0003');
    expect(interrupt && pressTop(press('/'), interrupt)).toBeUndefined();
  });
});

const device = (name: string, rest: Partial<DeviceActivity> = {}): DeviceActivity => ({
  name,
  state: 'running',
  session: 'open',
  owner: undefined,
  queued: 0,
  sending: 0,
  held: 0,
  due: 0,
  oldestDueAge: undefined,
  sent: 0,
  failed: 0,
  ...rest,
});

describe('the devices of top', () => {
  const devices = [
    device('c', { sent: 1, owner: { host: 'host-a', live: true } }),
    device('b', { state: 'paused', queued: 5 }),
    device('a', { sent: 9, session: 'restricted' }),
    device('d'),
  ];
  const names = (view: Partial<TopState>) =>
    arrangeDevices(devices, { ...start, ...view }).map(({ name }) => name);

  it('come with the busiest first, and by name where they are equal', () => {
    expect(names({})).toEqual(['a', 'c', 'b', 'd']);
    expect(names({ sort: 'queued' })).toEqual(['b', 'a', 'c', 'd']);
    expect(names({ sort: 'name' })).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are found by name, state, session and host', () => {
    expect(names({ filter: 'PAUSED' })).toEqual(['b']);
    expect(names({ filter: 'restr' })).toEqual(['a']);
    expect(names({ filter: 'host-a' })).toEqual(['c']);
    expect(names({ filter: ' xyz ' })).toEqual([]);
  });
});
