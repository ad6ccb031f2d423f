import { deviceId, durationMs } from '@dripfleet/domain';
import { expect, test } from 'vitest';
import { scanReplica } from './due-scan.ts';
import type { SchedulerEvent } from './events.ts';

const devices = [deviceId(1), deviceId(7)];

async function scan(findDue: Parameters<typeof scanReplica>[0]['findDue']) {
  const events: SchedulerEvent[] = [];
  const reach = await scanReplica({ findDue, observe: (event) => events.push(event) });
  return { reach, events };
}

test('a replica with fresh news names the devices', async () => {
  const found = await scan(() => Promise.resolve({ devices, newsAge: durationMs(20_000) }));
  expect(found).toEqual({ reach: devices, events: [] });
});

test.each([durationMs(20_001), undefined])(
  'one whose news is %s ms old is passed over, and it is said',
  async (newsAge) => {
    const { reach, events } = await scan(() => Promise.resolve({ devices, newsAge }));
    expect(reach).toBe('all');
    expect(events).toEqual([{ kind: 'replica.behind', newsAgeMs: newsAge }]);
  },
);

test('one that does not answer is passed over, and it is said', async () => {
  const error = new Error('gone');
  const { reach, events } = await scan(() => Promise.reject(error));
  expect(reach).toBe('all');
  expect(events).toEqual([{ kind: 'problem', where: 'replica', error }]);
});
