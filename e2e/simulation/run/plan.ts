import {
  type PhoneNumber,
  phoneNumber,
  type SequenceDefinition,
  serializeDefinition,
  stepKey,
  durationMs,
} from '@dripfleet/domain';
import type { SimulatedDatabase } from '../database/simulated-database.ts';
import type { Random } from '../time/random.ts';

export type PlannedCap = Readonly<{ max: number; window: number }>;

export type PlannedDevice = Readonly<{
  id: number;
  name: string;
  phone: PhoneNumber;
  caps: readonly PlannedCap[];
}>;

export type PlannedSequence = Readonly<{
  id: number;
  name: string;
  definition: SequenceDefinition;
}>;

/** One contact's run: the texts that must arrive, in this order, from this device. */
export type PlannedRun = Readonly<{
  id: number;
  contact: PhoneNumber;
  contactId: number;
  device: PlannedDevice;
  sequence: PlannedSequence;
  texts: readonly string[];
}>;

/** What is asked of the fleet. */
export type Plan = Readonly<{
  devices: readonly PlannedDevice[];
  sequences: readonly PlannedSequence[];
  runs: readonly PlannedRun[];
}>;

/** Draws a small plan and stores it. Caps are low enough to bind. */
export function storePlan(
  database: SimulatedDatabase,
  { random, now }: { random: Random; now: number },
): Plan {
  const devices = Array.from({ length: random.integer(1, 3) }, (_, index) =>
    storeDevice(database, { random, number: index + 1 }),
  );
  const sequences = Array.from({ length: random.integer(1, 2) }, (_, index) =>
    storeSequence(database, { random, number: index + 1 }),
  );
  const runs: PlannedRun[] = [];
  const contacts = random.integer(devices.length * 2, devices.length * 3);
  for (let number = 1; number <= contacts; number += 1) {
    const contact = phoneNumber(`+1777000${String(number).padStart(4, '0')}`);
    const { id: contactId } = database.insert('contacts', {
      phone: contact,
      name: `contact ${number}`,
      consent_source: 'simulation',
      consent_at: 0,
    });
    const first = random.pick(devices);
    for (const [index, sequence] of sequences.entries()) {
      if (index > 0 && !random.chance(0.4)) continue;
      const device = random.chance(0.7) ? first : random.pick(devices);
      runs.push(storeRun(database, { random, now, contact, contactId, device, sequence }));
    }
  }
  return { devices, sequences, runs };
}

function storeDevice(
  database: SimulatedDatabase,
  { random, number }: { random: Random; number: number },
): PlannedDevice {
  const name = `device-${number}`;
  const phone = phoneNumber(`+1555000${String(number).padStart(4, '0')}`);
  const caps = [{ max: random.integer(1, 4), window: random.integer(5, 40) * 1_000 }];
  if (random.chance(0.5)) {
    caps.push({ max: random.integer(3, 8), window: random.integer(40, 120) * 1_000 });
  }
  // Without a gap the next job comes with the end of the last, until a cap is reached.
  const gap = { min_ms: 0, max_ms: random.chance(0.4) ? 0 : random.integer(0, 3_000) };
  const pacing = { caps: caps.map(({ max, window }) => ({ max, window_ms: window })), gap };
  const { id } = database.insert('devices', { name, phone, pacing });
  return { id, name, phone, caps };
}

function storeSequence(
  database: SimulatedDatabase,
  { random, number }: { random: Random; number: number },
): PlannedSequence {
  const name = `sequence-${number}`;
  const definition: SequenceDefinition = {
    onUncertain: 'resend',
    onFailedStep: 'skip',
    onReply: 'continue',
    reenroll: { kind: 'never' },
    steps: Array.from({ length: random.integer(2, 3) }, (_, index) => ({
      key: stepKey(`step-${index + 1}`),
      delay: durationMs(random.chance(0.3) ? 0 : random.integer(1, 40) * 1_000),
      text: `${name} step ${index + 1}`,
    })),
  };
  const { id } = database.insert('sequences', { name, current_version: 1 });
  const stored = JSON.parse(serializeDefinition(definition)) as Record<string, unknown>;
  database.insert('sequence_versions', { sequence_id: id, version: 1, definition: stored });
  return { id, name, definition };
}

function storeRun(
  database: SimulatedDatabase,
  { random, now, ...run }: Omit<PlannedRun, 'id' | 'texts'> & { random: Random; now: number },
): PlannedRun {
  const { contactId, device, sequence } = run;
  const { steps } = sequence.definition;
  const { id } = database.insert('sequence_contacts', {
    sequence_id: sequence.id,
    version: 1,
    contact_id: contactId,
    device_id: device.id,
    next_step_key: steps[0]?.key ?? null,
    next_trigger_time: now + random.integer(0, 240) * 1_000,
  });
  return { ...run, id, texts: steps.map(({ text }) => text) };
}
