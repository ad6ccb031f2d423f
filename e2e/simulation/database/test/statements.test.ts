import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

import { statements } from '../statements/index.ts';

// Guards a statement that goes on answering under a name that production no longer asks by.
test.each([...statements.keys()])('%s has its SQL', (name) => {
  const file = new URL(`../../../../packages/store/sql/${name}.sql`, import.meta.url);
  expect(existsSync(file)).toBe(true);
});
