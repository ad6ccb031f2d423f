import { deviceId, epochMs, phoneHash, sequenceId } from '@dripfleet/domain';
import {
  findEnrollmentFacts,
  insertContacts,
  insertSequenceContacts,
  lockContacts,
  shareDevices,
  shareSuppressions,
  updateContacts,
} from '@dripfleet/store';
import { stepKeys, worldSecret } from '../world/world-facts.ts';
import { drawDevice, drawPhone, nearly } from './draw-values.ts';
import { operation, type View } from './operation.ts';

/** The statements of an enrolment, with fewer decisions between them than the operation has. */
export function drawEnrollment(view: View) {
  const { random, state } = view;
  const sequence = random.pick(state.sequences);
  const phones = [drawPhone(view), drawPhone(view)];
  const people = phones.slice(0, phones[0] === phones[1] ? 1 : 2).map((phone) => ({
    phone,
    phoneHash: phoneHash(worldSecret, phone),
    name: random.pick([undefined, 'Bo']),
    timeZone: random.pick([undefined, 'Europe/Vienna']),
    attributes: random.chance(50) ? { town: 'Linz' } : {},
    consent: {
      source: 'list',
      at: random.pick([undefined, new Date(view.now - 86_400_000), new Date(view.now + 1_000)]),
    },
    importKey: random.chance(40) ? `row-${1 + random.int(6)}-1` : undefined,
    runNo: 1 + random.int(3),
    dueAt: epochMs(view.now + random.pick([-1_000, 60_000]) + view.unique()),
  }));
  const input = {
    enrollment: {
      sequenceId: sequenceId(sequence.id),
      version: nearly(random, sequence.current_version) || 1,
      stepKey: random.pick(stepKeys),
    },
    device: deviceId(drawDevice(view).id),
    people,
  };
  return operation('enroll', input, (db, { enrollment, device, people: given }) =>
    db.transaction(async (tx) => {
      await shareSuppressions(tx);
      await shareDevices(tx, [device]);
      const made = await insertContacts(tx, given);
      await lockContacts(
        tx,
        given.map(({ phone }) => phone),
      );
      const facts = await findEnrollmentFacts(tx, enrollment.sequenceId, given);
      const known = given.flatMap((person, index) => {
        const contact = facts[index]?.contactId;
        return contact === undefined ? [] : { ...person, contactId: contact };
      });
      await updateContacts(
        tx,
        known.filter(({ phone }) => !made.has(phone)),
      );
      const runs = known.map((person) => ({ ...person, deviceId: device }));
      const enrolled = await insertSequenceContacts(tx, enrollment, runs);
      return { made: [...made].toSorted(), facts, enrolled: [...enrolled] };
    }),
  );
}
