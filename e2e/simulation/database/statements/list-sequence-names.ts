// Mirrors packages/store/sql/list-sequence-names.sql.
import { byName } from '../operator-notes.ts';
import type { Statement } from '../statement-context.ts';

export const listSequenceNames: Statement = (tx) =>
  byName(tx.all('sequences').map(({ name }) => ({ name })));
