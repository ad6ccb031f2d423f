import { Client } from 'pg';

/**
 * Runs one statement over a connection of its own: for the state a test begins from and the rows it looks at in the
 * end, where no query of the store fits, such as a heartbeat of a minute ago.
 */
export async function runSql<Row extends Record<string, unknown>>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
