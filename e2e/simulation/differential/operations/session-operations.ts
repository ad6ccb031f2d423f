import { deviceId, durationMs } from '@dripfleet/domain';
import { liftTimeLock, restrictDevice, setSessionState } from '@dripfleet/store';
import { drawDevice, drawEpoch, drawWorker } from './draw-values.ts';
import { operation, type Drawings } from './operation.ts';

/** What becomes of a device's session; by how often each is drawn. */
export const sessionOperations: Drawings = [
  [
    5,
    (view) => {
      const { random } = view;
      const device = drawDevice(view);
      const input = {
        claim: {
          deviceId: deviceId(device.id),
          worker: drawWorker(view, device),
          epoch: drawEpoch(view, device),
        },
        report: {
          state: random.pick([
            ...(['closed', 'connecting', 'open', 'unreachable', 'unpaired', 'pairing'] as const),
            ...(['open', 'logged_out', 'banned', 'conflict', 'quarantined'] as const),
          ]),
          reason: random.pick([undefined, 'before', 'anew']),
        },
      };
      return operation('setSessionState', input, (db, all) =>
        setSessionState(db, all.claim, all.report),
      );
    },
  ],
  [
    3,
    (view) => {
      const { random } = view;
      const restriction = {
        towards: random.pick(['everybody', 'new_contacts'] as const),
        reason: 'told so',
        duration: random.pick([undefined, durationMs(20_000), durationMs(7_200_000)]),
      };
      const input = { device: deviceId(drawDevice(view).id), restriction };
      return operation('restrictDevice', input, (db, all) =>
        restrictDevice(db, all.device, all.restriction),
      );
    },
  ],
  [
    2,
    (view) =>
      operation('liftTimeLock', { device: deviceId(drawDevice(view).id) }, (db, { device }) =>
        liftTimeLock(db, device),
      ),
  ],
];
