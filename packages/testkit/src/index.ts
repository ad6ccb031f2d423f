export { FakeClock } from './fake-clock.ts';
export { createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { createTestRedis, type TestRedis } from './create-test-redis.ts';
export { runSql } from './run-sql.ts';
