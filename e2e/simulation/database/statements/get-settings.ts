// Mirrors packages/store/sql/get-settings.sql.
import type { Statement } from '../statement-context.ts';

export const getSettings: Statement = (tx) =>
  tx.all('settings').map((settings) => ({
    installation_id: settings.installation_id,
    installation_secret: Buffer.from(settings.installation_secret, 'hex'),
  }));
