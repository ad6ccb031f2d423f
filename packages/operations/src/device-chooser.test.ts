import { deviceId } from '@dripfleet/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceChooser } from './device-chooser.ts';

const device = (id: number, contacts: number, eligible = true) => {
  return { id: deviceId(id), name: `d${id}`, contacts, eligible };
};
const chosen = (id: number) => ({ kind: 'chosen', deviceId: id });
const nobody = { name: undefined, heardFrom: undefined };

describe('DeviceChooser', () => {
  it('takes the named device, else the one already heard from, else the least loaded', () => {
    const chooser = new DeviceChooser([device(1, 5), device(2, 0), device(3, 0, false)]);
    expect(chooser.choose({ name: 'd3', heardFrom: deviceId(1) })).toEqual(chosen(3));
    expect(chooser.choose({ name: undefined, heardFrom: deviceId(1) })).toEqual(chosen(1));
    expect(chooser.choose(nobody)).toEqual(chosen(2));
    expect(chooser.choose({ name: 'd9', heardFrom: deviceId(1) })).toEqual({
      kind: 'unknown_device',
      name: 'd9',
    });
    expect(new DeviceChooser([device(3, 0, false)]).choose(nobody)).toEqual({ kind: 'no_device' });
  });

  it('levels the loads: none gets a contact while another has fewer', () => {
    const loads = fc.array(fc.nat(20), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(loads, fc.nat(200), (initial, contacts) => {
        const counts = new Map(initial.map((count, index) => [deviceId(index), count]));
        const chooser = new DeviceChooser(initial.map((count, index) => device(index, count)));
        for (let n = 0; n < contacts; n += 1) {
          const choice = chooser.choose(nobody);
          const id = choice.kind === 'chosen' ? choice.deviceId : deviceId(-1);
          expect(counts.get(id)).toBe(Math.min(...counts.values()));
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
      }),
    );
  });

  it('takes a place back', () => {
    const chooser = new DeviceChooser([device(1, 0), device(2, 0)]);
    expect(chooser.choose(nobody)).toMatchObject({ deviceId: 1 });
    chooser.release(deviceId(1));
    expect(chooser.choose(nobody)).toMatchObject({ deviceId: 1 });
  });
});
