import { deviceId, epochMs, sequenceId } from '@dripfleet/domain';
import {
  enrollContact,
  exitContact,
  hearMessage,
  suppressPhone,
  unsuppressPhone,
} from '@dripfleet/operations';
import { cancelReadyDeliveries, exitRuns, lockContacts } from '@dripfleet/store';
import { worldSecret } from '../world/world-facts.ts';
import { drawDevice, drawPhone } from './draw-values.ts';
import { operation, type Drawings, type View } from './operation.ts';
import { drawEnrollment } from './draw-enrollment.ts';

/** What contacts write and what is done about them; by how often each is drawn. */
export const contactOperations: Drawings = [
  [8, drawHeard],
  [
    3,
    (view) => {
      const input = { phone: drawPhone(view), reason: 'operator', actor: 'ana' };
      return operation('suppressPhone', input, (db, request) => suppressPhone(db, request));
    },
  ],
  [
    2,
    (view) => {
      const input = { phone: drawPhone(view), actor: 'ana' };
      return operation('unsuppressPhone', input, (db, request) => unsuppressPhone(db, request));
    },
  ],
  [2, drawExit],
  [
    1,
    (view) => {
      const sequence = view.random.pick(view.state.sequences).name;
      const input = { sequence, phone: drawPhone(view), actor: 'ana' };
      return operation('exitContact', input, (db, request) => exitContact(db, request));
    },
  ],
  [
    2,
    (view) => {
      const sequence = view.random.pick(view.state.sequences).name;
      const contact = { phone: drawPhone(view), consent_source: 'list', attributes: {} };
      const input = { sequence, contact, actor: 'ana' };
      return operation('enrollContact', input, (db, request) => enrollContact(db, request));
    },
  ],
  [4, drawEnrollment],
];

function drawHeard(view: View) {
  const { random } = view;
  const message = {
    deviceId: deviceId(drawDevice(view).id),
    messageId: random.chance(70) ? `heard-${view.unique()}` : `heard-${1 + random.int(2)}`,
    from: drawPhone(view),
    kind: random.pick(['reply', 'opt_out'] as const),
    at: epochMs(view.now - random.pick([0, 30_000, 3_600_000, 86_400_000])),
    confirmation: random.chance(80) ? 'You are out' : undefined,
    secret: worldSecret,
  };
  return operation('hearMessage', message, (db, all) => hearMessage(db, all));
}

function drawExit(view: View) {
  const { random } = view;
  const input = {
    phone: drawPhone(view),
    sequenceId: random.pick([undefined, sequenceId(1), sequenceId(2)]),
  };
  return operation('lockContacts and exitRuns', input, (db, all) =>
    db.transaction(async (tx) => {
      const [contact] = await lockContacts(tx, [all.phone]);
      if (contact === undefined) return 'nobody';
      const runs = await exitRuns(tx, contact, { sequenceId: all.sequenceId, reason: 'operator' });
      await cancelReadyDeliveries(
        tx,
        runs.map((run) => run.sequenceContactId),
      );
      return runs;
    }),
  );
}
