import { openTestStore, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Statement } from '../database/statement-context.ts';
import { statements } from '../database/statements/index.ts';
import { openRealSide } from './real-side.ts';
import { runDifferential } from './run-differential.ts';
import type { Side } from './side.ts';
import { openSimulatedSide } from './simulated-side.ts';

/** By hand more, or one that failed: DIFFERENTIAL_SEEDS=1 DIFFERENTIAL_SEED=23 npx vitest run e2e/simulation/differential */
const seeds = Number(process.env['DIFFERENTIAL_SEEDS'] ?? 1000);
const firstSeed = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);

/** Histories at once, each on a database of its own: while one waits for Postgres, another is worked on. */
const lanes = 2;

/** The statements that the simulated store was asked for. */
const compared = new Set<string>();

let opened: readonly Readonly<{ store: TestStore; postgres: Side }>[] = [];

beforeAll(async () => {
  opened = await Promise.all(
    Array.from({ length: lanes }, async () => {
      const store = await openTestStore();
      return { store, postgres: await openRealSide(store) };
    }),
  );
});

afterAll(async () => {
  for (const { store, postgres } of opened) {
    await postgres.close();
    await store.close();
  }
});

/** The first difference in so many histories, and none that was not looked at before it; undefined: no difference. */
async function firstDifference(
  { from, count }: { from: number; count: number },
  faulty?: ReadonlyMap<string, Statement>,
): Promise<string | undefined> {
  let next = from;
  let text: string | undefined;
  const work = async ({ postgres }: Readonly<{ postgres: Side }>) => {
    const simulated = openSimulatedSide(noted(faulty ?? statements));
    while (next < from + count && text === undefined) {
      const seed = next;
      next += 1;
      const found = await runDifferential(seed, { postgres, simulated });
      text ??= found?.text;
    }
  };
  await Promise.all(opened.map(work));
  return text;
}

function noted(all: ReadonlyMap<string, Statement>): ReadonlyMap<string, Statement> {
  const entries = [...all].map(([name, statement]): [string, Statement] => [
    name,
    (tx, values) => {
      compared.add(name);
      return statement(tx, values);
    },
  ]);
  return new Map(entries);
}

// Guards against a simulation that proves things about a store that does not exist.
test(`the simulated store answers as Postgres does, over ${seeds} histories`, async () => {
  expect(await firstDifference({ from: firstSeed, count: seeds })).toBeUndefined();
});

// Guards against a statement that is added to the simulated store and looked at by nobody.
test.skipIf(seeds < 500)('every statement of the simulated store was among them', () => {
  expect([...statements.keys()].filter((name) => !compared.has(name))).toEqual([]);
});

// Guards against a comparison that would see nothing.
describe('a statement that is wrong in one thing is found', () => {
  const wrong: readonly (readonly [
    what: string,
    name: string,
    fault: (right: Statement) => Statement,
  ])[] = [
    [
      'a claim that takes devices from live owners',
      'claim-devices',
      (right) => (tx, values) => right(tx, values.with(2, 0).with(3, true)),
    ],
    [
      'a begin that does not look at the epoch',
      'begin-deliveries',
      (right) => (tx, values) => {
        const epochs = (values[4] as readonly number[]).map(
          (device) => tx.get('devices', device)?.owner_epoch ?? 0,
        );
        return right(tx, values.with(5, epochs));
      },
    ],
    [
      'a finish that takes any attempt for the last',
      'finish-deliveries',
      (right) => (tx, values) => {
        const attempts = (values[2] as readonly unknown[]).map(() => null);
        return right(tx, values.with(2, attempts));
      },
    ],
    [
      // Seen only when two are at work at once.
      'a lock of contacts that nobody has to wait for',
      'lock-contacts',
      () => (tx, values) => {
        const phones = values[0] as readonly string[];
        return tx
          .all('contacts')
          .filter(({ phone }) => phones.includes(phone))
          .map(({ id }) => ({ id }));
      },
    ],
  ];

  test.each(wrong)('%s', async (_what, name, fault) => {
    const right = statements.get(name);
    if (!right) throw new Error(`there is no statement ${name}`);
    const faulty = new Map(statements).set(name, fault(right));
    expect(await firstDifference({ from: 1, count: 150 }, faulty)).toContain('differ');
  });
});
