export { FakeClock } from './fake-clock.ts';
export { createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { createTestRedis, type TestRedis } from './create-test-redis.ts';
export { runSql } from './run-sql.ts';
export {
  openReplicatedStore,
  openTestStore,
  type ReplicatedStore,
  type TestConnection,
  type TestStore,
} from './open-test-store.ts';
export {
  addConfirmation,
  addContact,
  addDelivery,
  addDevice,
  addOwnedDevice,
  addRun,
  addRuns,
  addSequence,
  addWorker,
  ago,
  type Columns,
  type OwnedDevice,
  type Run,
  twoSteps,
} from './builders.ts';
export { changesOf } from './changes-of.ts';
export { startOwnRedis } from './start-own-redis.ts';
export { findChromium } from './find-chromium.ts';
export { untilWaiting } from './until-waiting.ts';
export { type LedgerLine, startSimulator, type TestSimulator } from './start-simulator.ts';
