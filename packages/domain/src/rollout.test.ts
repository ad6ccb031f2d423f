import { describe, expect, it } from 'vitest';
import { deviceId } from './ids.ts';
import { engineOf } from './rollout.ts';

const devices = Array.from({ length: 10_000 }, (_, index) => deviceId(index + 1));
const served = (percent: number) =>
  devices.filter((device) => engineOf(device, percent) === 'workers').length;

describe('a rollout', () => {
  it('gives nobody at 0 and everybody at 100', () => {
    expect([served(0), served(100)]).toEqual([0, devices.length]);
  });

  it.each([10, 50, 90])('gives about its share at %d %%', (percent) => {
    expect(Math.abs(served(percent) / devices.length - percent / 100)).toBeLessThan(0.02);
  });

  // Guards: a device that goes to and fro while the share only rises.
  it('takes no device back while it rises', () => {
    const percents = Array.from({ length: 101 }, (_, percent) => percent);
    const taken = devices.slice(0, 300).filter((device) => {
      const engines = percents.map((percent) => engineOf(device, percent));
      return engines.lastIndexOf('direct') > engines.indexOf('workers');
    });
    expect(taken).toEqual([]);
  });
});
