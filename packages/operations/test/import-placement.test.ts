import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EnrollmentFixture,
  openEnrollmentFixture,
  people,
  phoneOf,
} from './enrollment-fixture.ts';

let fixture: EnrollmentFixture;
beforeAll(async () => {
  fixture = await openEnrollmentFixture();
  await fixture.addDevice('ana', { team: 'br' });
  await fixture.addDevice('budi', { team: 'id' });
});
afterAll(async () => await fixture.close());

let nextPerson = 1;
/** Numbers that no other test uses. */
function newPeople(count: number): number {
  nextPerson += count;
  return nextPerson - count;
}

async function newSequence(fields?: string): Promise<string> {
  const name = `s${newPeople(1)}`;
  await fixture.addSequence(name, fields);
  return name;
}

const runsOf = async (sequence: string) =>
  await fixture.sql<Record<string, unknown>>(
    `select c.phone, d.name as device, r.run_no, r.status, r.next_step_key, r.import_key, c.attributes, c.name
       from sequence_contacts r join sequences s on s.id = r.sequence_id join devices d on d.id = r.device_id
       join contacts c on c.id = r.contact_id where s.name = $1 order by r.id`,
    [sequence],
  );

describe('choosing a device', () => {
  it('spreads over the least loaded that have the label', async () => {
    const sequence = await newSequence();
    const label = `t${newPeople(1)}`;
    for (const name of ['a', 'b', 'c'])
      await fixture.addDevice(`${label}-${name}`, { pool: label });
    await fixture.importText(sequence, people(30, newPeople(30)), {
      deviceLabels: { pool: label },
    });
    const byDevice = await fixture.sql(
      `select d.name, count(*)::int as n from sequence_contacts r join devices d on d.id = r.device_id
        where d.labels @> $1 group by d.name order by d.name`,
      [{ pool: label }],
    );
    expect(byDevice.map(({ n }) => n)).toEqual([10, 10, 10]);
  });

  // A second number writing to the same person is what people report as spam.
  it('stays with the device the contact hears from, in every sequence', async () => {
    const [one, other] = [await newSequence(), await newSequence()];
    const first = newPeople(20);
    await fixture.importText(one, people(20, first), { deviceLabels: { team: 'id' } });
    await fixture.importText(other, people(20, first), { deviceLabels: { team: 'br' } });
    expect(new Set((await runsOf(other)).map(({ device }) => device))).toEqual(new Set(['budi']));
  });

  it('refuses a file at once when no device can take its contacts', async () => {
    const sequence = await newSequence();
    const { outcome } = await fixture.importText(sequence, people(2, newPeople(2)), {
      deviceLabels: { team: 'none' },
    });
    expect(outcome).toEqual({ kind: 'no_device' });
  });

  it('gives no new contact to a device that is drained or banned, unless it is named', async () => {
    const sequence = await newSequence();
    const pool = `t${newPeople(1)}`;
    await fixture.addDevice(`${pool}-drained`, { pool });
    await fixture.addDevice(`${pool}-banned`, { pool });
    await fixture.addDevice(`${pool}-fine`, { pool });
    await fixture.sql(`update devices set desired_state = 'drained' where name = $1`, [
      `${pool}-drained`,
    ]);
    await fixture.sql(`update devices set session_state = 'banned' where name = $1`, [
      `${pool}-banned`,
    ]);
    const first = newPeople(4);
    const text = `phone,consent_source,device\n${phoneOf(first)},a,\n${phoneOf(first + 1)},a,\n${phoneOf(first + 2)},a,${pool}-drained\n`;
    await fixture.importText(sequence, text, { deviceLabels: { pool } });
    expect((await runsOf(sequence)).map(({ device }) => device)).toEqual([
      `${pool}-fine`,
      `${pool}-fine`,
      `${pool}-drained`,
    ]);
  });
});
