import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applySequence,
  listSequences,
  parseSequenceFile,
  showSequence,
  switchSequence,
} from '../src/index.ts';
import {
  type EnrollmentFixture,
  openEnrollmentFixture,
  people,
  sequenceText,
} from './enrollment-fixture.ts';

let fixture: EnrollmentFixture;
beforeAll(async () => {
  fixture = await openEnrollmentFixture();
  await fixture.addDevice('ana');
});
afterAll(async () => await fixture.close());

async function apply(text: string) {
  const parsed = parseSequenceFile(text);
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
  return await applySequence(fixture.db, { ...parsed, actor: 'ops' });
}

/** As if hello had been sent to everybody enrolled. */
const sendHello = async (sequence: string) =>
  await fixture.sql(
    `insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, body, state, epoch)
     select r.id, 'hello', contact_id, device_id, 'M' || r.id, 'x', 'x', 'sent', 1
       from sequence_contacts r join sequences s on s.id = r.sequence_id where s.name = $1`,
    [sequence],
  );

describe('applying a sequence', () => {
  it('publishes versions that never change, and says when nothing did', async () => {
    expect(await apply(sequenceText('a'))).toEqual({ kind: 'published', version: 1 });
    expect(await apply(sequenceText('a'))).toEqual({ kind: 'unchanged', version: 1 });
    expect(await apply(sequenceText('a', 'on_uncertain: hold'))).toEqual({
      kind: 'published',
      version: 2,
    });
    const versions = await fixture.sql(
      `select v.version, v.definition ->> 'onUncertain' as on_uncertain from sequence_versions v
         join sequences s on s.id = v.sequence_id where s.name = 'a' order by 1`,
    );
    expect(versions).toEqual([
      { version: 1, on_uncertain: 'resend' },
      { version: 2, on_uncertain: 'hold' },
    ]);
    const audit = await fixture.sql(
      `select actor, action, detail from operator_actions where object = 'sequence:a' order by id`,
    );
    expect(audit).toEqual([
      { actor: 'ops', action: 'sequence.apply', detail: { version: 1 } },
      { actor: 'ops', action: 'sequence.apply', detail: { version: 2 } },
    ]);
  });

  it('keeps runs on the edition they began with', async () => {
    await apply(sequenceText('b'));
    await fixture.importText('b', people(1, 1));
    await apply(sequenceText('b', 'on_uncertain: hold'));
    await fixture.importText('b', people(1, 2));
    const versions = await fixture.sql(
      `select r.version from sequence_contacts r join sequences s on s.id = r.sequence_id where s.name = 'b' order by r.id`,
    );
    expect(versions).toEqual([{ version: 1 }, { version: 2 }]);
  });

  it('lets a text be corrected under its key until somebody was sent it', async () => {
    await apply(sequenceText('c', '', 'Hii'));
    await fixture.importText('c', people(1, 10));
    expect(await apply(sequenceText('c', '', 'Hi'))).toEqual({ kind: 'published', version: 2 });
    await sendHello('c');
    // The one enrolled was sent the text of version 1.
    expect(await apply(sequenceText('c', '', 'Hello'))).toEqual({
      kind: 'reused_keys',
      keys: ['hello'],
    });
    expect(await apply(sequenceText('c', '', 'Hii'))).toEqual({ kind: 'published', version: 3 });
    // A delay is not content, and a key of its own is the way out.
    expect(await apply(sequenceText('c', '', 'Hii').replace('1d', '2d'))).toEqual({
      kind: 'published',
      version: 4,
    });
    const renamed = sequenceText('c', '', 'Hello').replace('key: hello', 'key: hello-2');
    expect(await apply(renamed)).toEqual({ kind: 'published', version: 5 });
    // Leaving the key out for a version does not free it.
    expect(await apply(sequenceText('c', '', 'Hello'))).toEqual({
      kind: 'reused_keys',
      keys: ['hello'],
    });
  });

  it('takes another file under a key for another content', async () => {
    const file = (name: string) =>
      sequenceText('m').replace(
        'text: ',
        `media: { type: image, url: "https://a.example/${name}" }, text: `,
      );
    await apply(file('1.jpg'));
    await fixture.importText('m', people(1, 70));
    await sendHello('m');
    expect(await apply(file('1.jpg'))).toEqual({ kind: 'unchanged', version: 1 });
    for (const changed of [file('2.jpg'), sequenceText('m')]) {
      expect(await apply(changed)).toEqual({ kind: 'reused_keys', keys: ['hello'] });
    }
    const renamed = file('2.jpg').replace('key: hello', 'key: hello-2');
    expect(await apply(renamed)).toEqual({ kind: 'published', version: 2 });
  });

  it('gives each of those who publish at once a version', async () => {
    const outcomes = await Promise.all(
      ['Hi 1', 'Hi 2', 'Hi 3', 'Hi 4'].map(
        async (text) => await apply(sequenceText('d', '', text)),
      ),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(4).fill('published'));
    expect(await showSequence(fixture.db, 'd')).toMatchObject({ sequence: { version: 4 } });
  });
});

describe('looking at sequences', () => {
  it('shows the current edition and the runs by status', async () => {
    await apply(sequenceText('e'));
    await fixture.importText('e', people(3, 20));
    expect(await showSequence(fixture.db, 'e')).toMatchObject({
      kind: 'shown',
      sequence: { name: 'e', status: 'active', version: 1, steps: 2, runs: { active: 3 } },
      definition: {
        steps: [
          { key: 'hello', delay: 0 },
          { key: 'tip', delay: 86_400_000 },
        ],
      },
    });
    const names = (await listSequences(fixture.db)).map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).toContain('e');
    expect(await showSequence(fixture.db, 'zzz')).toMatchObject({ kind: 'not_found', name: 'zzz' });
  });
});

describe('pausing a sequence', () => {
  it('is idempotent, audited once, and still lets people be enrolled', async () => {
    await apply(sequenceText('f'));
    const to = async (status: 'active' | 'paused') =>
      (await switchSequence(fixture.db, { name: 'f', status, actor: 'ops' })).kind;
    expect([await to('paused'), await to('paused')]).toEqual(['changed', 'unchanged']);
    expect((await fixture.importText('f', people(1, 30))).outcome).toMatchObject({
      counts: { enrolled: 1 },
    });
    expect([await to('active'), await to('active')]).toEqual(['changed', 'unchanged']);
    const audit = await fixture.sql(
      `select action from operator_actions where object = 'sequence:f' order by id`,
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'sequence.apply',
      'sequence.pause',
      'import',
      'sequence.resume',
    ]);
    expect(
      await switchSequence(fixture.db, { name: 'g', status: 'paused', actor: 'ops' }),
    ).toMatchObject({
      kind: 'not_found',
    });
  });
});
