import { deviceId, durationMs } from '@dripfleet/domain';
import { applySequence, pauseDevices as pauseByLabel, switchSequence } from '@dripfleet/operations';
import {
  drainDevices,
  drainUnownedDevice,
  findEnrollmentDevices,
  pauseDevices,
  resumeDevices,
  updateDevice,
} from '@dripfleet/store';
import { stepKeys } from '../world/world-facts.ts';
import { drawDevice, drawDevices, drawSteal } from './draw-values.ts';
import { operation, type Drawings, type View } from './operation.ts';

/** What operators do; by how often each is drawn. */
export const operatorOperations: Drawings = [
  [
    4,
    (view) => {
      const { random } = view;
      const duration = random.pick([undefined, durationMs(1), durationMs(3_600_000)]);
      const request = { duration, reason: random.pick([undefined, 'holiday']), actor: 'ana' };
      const input = { devices: drawDevices(view), request };
      return operation('pauseDevices', input, (db, all) =>
        pauseDevices(db, all.devices, all.request),
      );
    },
  ],
  [
    5,
    (view) => {
      const request = { reason: view.random.pick([undefined, 'back']), actor: 'ana' };
      const input = { devices: drawDevices(view), request };
      return operation('resumeDevices', input, (db, all) =>
        resumeDevices(db, all.devices, all.request),
      );
    },
  ],
  [
    2,
    (view) => {
      const request = { reason: view.random.pick([undefined, 'sold']), actor: 'ana' };
      const input = { devices: drawDevices(view), request };
      return operation('drainDevices', input, (db, all) =>
        drainDevices(db, all.devices, all.request),
      );
    },
  ],
  [
    3,
    (view) => {
      const draining = view.state.devices.find((row) => row.desired_state === 'draining');
      const device = draining ?? drawDevice(view);
      const input = { device: deviceId(device.id), steal: drawSteal(view) };
      return operation('drainUnownedDevice', input, (db, all) =>
        drainUnownedDevice(db, all.device, all.steal),
      );
    },
  ],
  [3, drawUpdate],
  [1, drawApplied],
  [
    1,
    (view) => {
      const selector = view.random.chance(50)
        ? ({ kind: 'all' } as const)
        : ({ kind: 'labels', labels: { 'keep-online': 'yes' } } as const);
      const input = { selector, actor: 'ana', steal: drawSteal(view) };
      return operation('pauseDevices by label', input, (db, all) => pauseByLabel(db, all));
    },
  ],
  [
    3,
    (view) => {
      const { random, state } = view;
      const name = random.chance(95) ? random.pick(state.sequences).name : 'sequence';
      const status = random.pick(['active', 'active', 'paused'] as const);
      return operation('switchSequence', { name, status, actor: 'ana' }, (db, request) =>
        switchSequence(db, request),
      );
    },
  ],
  [
    1,
    (view) => {
      const labels = view.random.pick([{}, { 'keep-online': 'yes' }]);
      return operation('findEnrollmentDevices', labels, (db, all) =>
        findEnrollmentDevices(db, all),
      );
    },
  ],
];

/** The next edition of a sequence, some of its texts as before. */
function drawApplied({ random }: View) {
  const keys = random.chance(50) ? stepKeys : stepKeys.slice(0, 2);
  const steps = keys.map((key) => ({
    key,
    delay: durationMs(0),
    text: random.chance(85) ? String(key) : 'another',
  }));
  const definition = {
    onUncertain: 'resend' as const,
    onFailedStep: 'skip' as const,
    onReply: 'exit' as const,
    reenroll: { kind: random.pick(['never', 'after_exit'] as const) },
    steps,
  };
  const name = random.pick(['sequence-1', 'sequence-2', 'sequence-3']);
  return operation('applySequence', { name, definition, actor: 'ana' }, (db, request) =>
    applySequence(db, request),
  );
}

function drawUpdate(view: View) {
  const { random } = view;
  const change = {
    labels: random.pick([undefined, { 'keep-online': 'yes' }, { town: 'Linz' }]),
    unlabel: random.chance(30) ? ['keep-online'] : undefined,
    pacing: random.pick([
      undefined,
      { caps: [{ max: 3, window_ms: 60_000 }] },
      { gap: { min_ms: 1, max_ms: 2 } },
    ]),
    clear: random.pick([undefined, ['caps' as const], ['gap' as const, 'caps' as const]]),
  };
  const input = { device: deviceId(random.chance(95) ? drawDevice(view).id : 99), change };
  return operation('updateDevice', input, (db, all) => updateDevice(db, all.device, all.change));
}
