import { deviceId, durationMs, workerId } from '@dripfleet/domain';
import {
  adoptQueuedRows,
  claimDevices,
  emptyDevice,
  findDevices,
  findIdleDevices,
  findOwnedDevices,
  findPeers,
  findQuietDevices,
  findWantedDevices,
  heartbeatWorker,
  registerWorker,
  releaseDevices,
  removeWorkers,
} from '@dripfleet/store';
import { workers } from '../world/world-facts.ts';
import {
  drawDevice,
  drawDevices,
  drawEpoch,
  drawHorizon,
  drawSteal,
  drawWorker,
} from './draw-values.ts';
import { operation, type Draw, type Drawings } from './operation.ts';

const drawEngine = (view: Parameters<Draw>[0]) =>
  view.random.chance(90) ? ('workers' as const) : ('direct' as const);

/** Who lives and who owns what; by how often each is drawn. */
export const fleetOperations: Drawings = [
  [
    2,
    (view) => {
      const facts = {
        host: 'host',
        build: 'b',
        capacity: 1 + view.random.int(20),
        engine: drawEngine(view),
      };
      const input = { worker: drawWorker(view), facts };
      return operation('registerWorker', input, (db, { worker, facts: all }) =>
        registerWorker(db, worker, all),
      );
    },
  ],
  [
    4,
    (view) => {
      const { random } = view;
      const report = {
        redisOk: random.chance(80),
        draining: random.chance(15),
        wantedDevices: random.pick([undefined, 0, 1, 5]),
      };
      const input = { worker: drawWorker(view), report };
      return operation('heartbeatWorker', input, (db, all) =>
        heartbeatWorker(db, all.worker, all.report),
      );
    },
  ],
  [
    1,
    (view) =>
      operation('removeWorkers', { worker: drawWorker(view) }, (db, { worker }) =>
        removeWorkers(db, worker),
      ),
  ],
  [
    10,
    (view) => {
      const request = {
        devices: drawDevices(view),
        steal: drawSteal(view),
        maySteal: view.random.chance(60),
        engine: drawEngine(view),
      };
      const input = { worker: drawWorker(view), request };
      return operation('claimDevices', input, (db, all) =>
        claimDevices(db, all.worker, all.request),
      );
    },
  ],
  [
    6,
    (view) => {
      const { random, state } = view;
      const device = drawDevice(view);
      const releases = state.devices
        .filter((other) => other.id === device.id || random.chance(30))
        .map((one) => ({
          deviceId: deviceId(one.id),
          epoch: drawEpoch(view, one),
          successor: random.chance(40) ? workerId(random.pick(workers)) : undefined,
        }));
      const input = { worker: drawWorker(view, device), releases };
      return operation('releaseDevices', input, (db, all) =>
        releaseDevices(db, all.worker, all.releases),
      );
    },
  ],
  [
    4,
    (view) => {
      const options = {
        steal: drawSteal(view),
        horizon: drawHorizon(view),
        engine: drawEngine(view),
        limit: view.random.pick([1, 2, 10]),
      };
      const input = { worker: drawWorker(view), options };
      return operation('findWantedDevices', input, (db, all) =>
        findWantedDevices(db, all.worker, all.options),
      );
    },
  ],
  [
    1,
    (view) => {
      const input = { worker: drawWorker(view), steal: drawSteal(view) };
      return operation('findPeers', input, (db, all) => findPeers(db, all.worker, all.steal));
    },
  ],
  [
    2,
    (view) => {
      const input = { devices: drawDevices(view), horizon: drawHorizon(view) };
      return operation('findIdleDevices', input, (db, all) =>
        findIdleDevices(db, all.devices, all.horizon),
      );
    },
  ],
  [
    1,
    (view) => {
      const worker = drawWorker(view, drawDevice(view));
      const input = { worker, age: durationMs(view.random.pick([0, 60_000])) };
      return operation('findQuietDevices', input, (db, all) =>
        findQuietDevices(db, all.worker, all.age),
      );
    },
  ],
  [
    1,
    (view) =>
      operation('findOwnedDevices', { worker: drawWorker(view) }, (db, { worker }) =>
        findOwnedDevices(db, worker),
      ),
  ],
  [
    1,
    (view) =>
      operation('findDevices', { devices: drawDevices(view) }, (db, { devices }) =>
        findDevices(db, devices),
      ),
  ],
  [
    3,
    (view) => {
      const input = { worker: drawWorker(view), devices: drawDevices(view) };
      return operation('adoptQueuedRows', input, (db, all) =>
        adoptQueuedRows(db, all.worker, all.devices),
      );
    },
  ],
  [
    2,
    (view) =>
      operation('emptyDevice', { device: deviceId(drawDevice(view).id) }, (db, { device }) =>
        emptyDevice(db, device),
      ),
  ],
];
