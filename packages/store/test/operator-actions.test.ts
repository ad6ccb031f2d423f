import { openTestStore, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertOperatorActions, listOperatorActions } from '../src/index.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
  const note = async (action: string, ...objects: string[]) =>
    await insertOperatorActions(store.db, { actor: 'ana', action, detail: { action } }, objects);
  await note('pause', 'device:ana', 'device:bia');
  await note('key.revoke', 'key:ana');
});
afterAll(async () => await store.close());

it('the audit is read from the latest, a page after the other, and none twice', async () => {
  const first = await listOperatorActions(store.db, { limit: 2 });
  expect(first).toMatchObject([
    { action: 'key.revoke', actor: 'ana', object: 'key:ana', detail: { action: 'key.revoke' } },
    { action: 'pause', object: 'device:bia', reason: undefined },
  ]);
  const second = await listOperatorActions(store.db, { limit: 2, before: first[1]?.id });
  expect(second).toMatchObject([{ action: 'pause', object: 'device:ana' }]);
  expect(await listOperatorActions(store.db, { limit: 2, before: second[0]?.id })).toEqual([]);
});

it('the audit of one object holds nothing of another', async () => {
  const actions = await listOperatorActions(store.db, { limit: 9, object: 'device:ana' });
  expect(actions).toMatchObject([{ object: 'device:ana' }]);
});
