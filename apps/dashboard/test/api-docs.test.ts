import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemCatalog } from '../src/problem.ts';
import { bearer, openTestDashboard, type TestDashboard } from './open-test-dashboard.ts';

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await openTestDashboard();
});
afterAll(async () => await dashboard.close());

type Operation = Readonly<{ summary?: string; tags?: readonly string[] }>;

// Guards against a page that lags behind the code; `vitest -u` writes it anew.
test('docs/api.md is what the server says of itself', async () => {
  const headers = bearer(dashboard.keys.viewer);
  const { paths } = (await dashboard.server.inject({ url: '/openapi.json', headers })).json();
  const rows = Object.entries(paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, operations]) =>
      Object.entries(operations).map(
        ([method, { summary = '' }]) =>
          `| \`${method.toUpperCase()} ${path}\` | ${roleOf(method, path)} | ${summary} |`,
      ),
  );
  const problems = Object.entries(problemCatalog).map(
    ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
  );
  await expect(page(rows, problems)).toMatchFileSnapshot('../../../docs/api.md');
});

function roleOf(method: string, path: string): string {
  const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
  return dashboard.access.get(`${method.toUpperCase()} ${url}`) ?? 'nobody';
}

function page(rows: readonly string[], problems: readonly string[]): string {
  return `# The HTTP API

Generated from the routes of \`apps/dashboard\` and checked in CI. The same, for programs: \`/openapi.json\` (OpenAPI 3.1); for people: \`/docs\`.

\`\`\`sh
dripfleet key add reporting --role viewer -q > key
curl -H "Authorization: Bearer $(cat key)" http://127.0.0.1:8080/api/v1/stats
\`\`\`

A role may do what is marked with it or with a lower one: viewer, operator, admin. A change with an \`Idempotency-Key\` header is done once:
whoever repeats it within a day is told the same. Lists come in pages: \`limit\`, and \`next\` of a page is the \`cursor\` of the following one.
Instants are milliseconds since 1970.

| route | role | what it does |
| --- | --- | --- |
${rows.join('\n')}

## Errors

\`application/problem+json\`. Go by \`code\`, which stays; \`detail\` is for people.

| code | status | what it means |
| --- | ---: | --- |
${problems.join('\n')}
`;
}
