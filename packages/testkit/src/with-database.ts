/** The same server and login, another database: its name for Postgres, its number for Redis. */
export function withDatabase(serverUrl: string, database: string | number): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
