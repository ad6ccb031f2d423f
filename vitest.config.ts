import { defineConfig } from 'vitest/config';

const fromSource = { conditions: ['@dripfleet/source'] };
const shared = { resolve: fromSource, ssr: { resolve: fromSource } };
const servers = './packages/testkit/src/global-setup.ts';

/**
 * unit: pure, no servers, part of `pnpm check`.
 * integration: real Postgres and Redis, a database per file.
 * e2e: real processes of the built apps; two files at a time, for most of their time is waiting and none measures speed.
 */
export default defineConfig({
  test: {
    reporters: ['default', './tools/passed-failed-reporter.mjs'],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: [
            '{apps,packages}/*/src/**/*.test.ts',
            'apps/dashboard/web/**/*.test.ts',
            '{tools,bench}/src/**/*.test.ts',
            'deploy/test/*.test.ts',
          ],
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['{apps,packages}/*/test/**/*.test.ts'],
          globalSetup: [servers],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['e2e/**/*.test.ts', 'deploy/test/e2e/*.test.ts'],
          globalSetup: [servers],
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
