import { setImmediate as nextTurn } from 'node:timers/promises';
import { SimulatedDatabase } from '../database/simulated-database.ts';
import type { Statement } from '../database/statement-context.ts';
import { lockTimeout, type Side } from './side.ts';
import { sortRows } from './sort-rows.ts';
import { SteppedClock } from './stepped-clock.ts';
import { worldSecret, worldStart } from './world/world-facts.ts';

/** Never in reach of the time that passes while a transaction is held. */
const patient = 3_600_000;

/** The store in memory; `statements`: others than production's, for a test that breaks one. */
export function openSimulatedSide(statements?: ReadonlyMap<string, Statement>): Side {
  const open = () => {
    const clock = new SteppedClock(worldStart);
    const options = { clock, secret: worldSecret, ...(statements && { statements }) };
    const database = new SimulatedDatabase(options);
    const connections = {
      first: database.connect({ lockTimeout: patient }),
      second: database.connect({ lockTimeout: patient }),
      hasty: database.connect({ lockTimeout }),
    };
    return { clock, database, connections };
  };
  let current = open();
  return {
    load: async (world) => {
      current = open();
      for (const { table, row } of world) current.database.insert(table, row);
    },
    connections: () => current.connections,
    dump: async () => {
      const { settings: _, ...tables } = current.database.dump();
      return Object.fromEntries(
        Object.entries(tables).map(
          ([table, rows]) => [table, sortRows<Readonly<Record<string, unknown>>>(rows)] as const,
        ),
      );
    },
    advance: async (ms) => {
      current.clock.advance(ms);
    },
    giveUp: async (ended) => {
      while (!(await endsSoon(ended))) current.clock.advanceMonotonic(lockTimeout);
    },
    isBlocked: async (ended) => !(await endsSoon(ended)),
    close: async () => {},
  };
}

/** Nothing of it takes real time: what has not ended after a few turns waits. */
async function endsSoon(ended: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 3 && !ended(); turn += 1) await nextTurn();
  return ended();
}
