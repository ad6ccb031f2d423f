import { expect, it } from 'vitest';
import { settingsTable } from './settings-table.ts';

// Guards against a setting that nobody can find. After a change: npx vitest run --project unit packages/runtime -u
it('docs/configuration.md names every setting with its default', async () => {
  await expect(settingsTable()).toMatchFileSnapshot('../../../docs/configuration.md');
});
