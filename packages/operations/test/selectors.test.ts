import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeviceSelector, listDevices, resolveDevices } from '../src/index.ts';
import { type Fleet, openFleet, steal } from './fleet-fixture.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet();
  await fleet.addDevices('ana', 'bia', 'caro', 'dani');
  const set = async (name: string, columns: string) =>
    await fleet.sql(`update devices set ${columns} where name = $1`, [name]);
  await set('ana', `labels = '{"team":"br"}', desired_state = 'paused'`);
  await set('bia', `labels = '{"team":"br"}', session_state = 'restricted'`);
  await set('caro', "desired_state = 'paused', paused_until = now() - interval '1 s'");
  await set('dani', "desired_state = 'paused', paused_until = now() + interval '1 h'");
});
afterAll(async () => await fleet.close());

const both = async (selector: DeviceSelector) => {
  const resolved = (await resolveDevices(fleet.database, selector)).map(({ name }) => name);
  const listed = await listDevices(fleet.database, { selector, steal });
  expect(listed.map(({ name }) => name)).toEqual(resolved);
  return resolved;
};

describe('a selector', () => {
  // What is listed must be what is acted on, or the list is no preview.
  it.each([
    [{ kind: 'all' }, ['ana', 'bia', 'caro', 'dani']],
    [{ kind: 'names', names: ['dani', 'ana'] }, ['ana', 'dani']],
    [{ kind: 'labels', labels: { team: 'br' } }, ['ana', 'bia']],
    [{ kind: 'states', state: 'paused' }, ['ana', 'dani']],
    [{ kind: 'states', state: 'running' }, ['bia', 'caro']],
    [{ kind: 'states', session: 'restricted' }, ['bia']],
    [{ kind: 'states', state: 'paused', labels: { team: 'br' } }, ['ana']],
  ] as const)(
    'of %j means the same devices to a list and to a command',
    async (selector, names) => {
      expect(await both(selector)).toEqual(names);
    },
  );

  it.each([
    [{ kind: 'states', state: 'drained' }, 'no device is drained'],
    [
      { kind: 'states', state: 'paused', session: 'open', labels: { team: 'br' } },
      'no device has the label team=br and is paused and has a session that is open',
    ],
  ] as const)('of %j that nothing matches is an error', async (selector, message) => {
    await expect(resolveDevices(fleet.database, selector)).rejects.toMatchObject({
      code: 'not_found',
      message,
    });
    expect(await listDevices(fleet.database, { selector, steal })).toEqual([]);
  });

  it('of names that nobody has names the first ten, and how many more', async () => {
    const names = ['anna', ...Array.from({ length: 12 }, (_, index) => `nobody-${index}`)];
    const failed = resolveDevices(fleet.database, { kind: 'names', names: ['ana', ...names] });
    await expect(failed).rejects.toMatchObject({ code: 'not_found' });
    const message = await failed.then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message.split('\n')).toHaveLength(11);
    expect(message).toMatch(/^no device is named "anna"; did you mean ana\?\n/);
    expect(message).toMatch(/\nand 3 more$/);
  });
});
