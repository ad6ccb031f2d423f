import { type Database, migrate, openDatabase } from '@dripfleet/store';
import type { PartContext } from '../part.ts';
import { childEnvironment } from '../processes/child-environment.ts';
import { type App, ChildProgram } from '../processes/child-program.ts';
import { type DurableServers, startDurableServers } from '../processes/durable-servers.ts';

/** Servers with a migrated database, and the means to start what is measured. */
export type BenchLab = Readonly<{
  servers: DurableServers;
  db: Database;
  /** Starts a program for which the run answers: its death ends the run, and the run's end ends it. */
  startApp(app: App, options: AppOptions): Promise<ChildProgram>;
  startProgram(program: URL, name: string, options?: AppOptions): Promise<ChildProgram>;
}>;

type AppOptions = Readonly<{
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}>;

/** Starts Postgres and Redis, empty and durable, and migrates. */
export async function openBenchLab(context: PartContext): Promise<BenchLab> {
  const { say, onEnd, abort } = context;
  say('starting Postgres and Redis');
  const servers = await startDurableServers(context);
  context.signal.throwIfAborted();
  await migrate(servers.databaseUrl);
  const db = openDatabase({
    url: servers.databaseUrl,
    applicationName: 'bench',
    connectionsMax: 2,
    statementTimeout: 120_000,
  });
  onEnd(async () => await db.close());
  const start = async (begin: () => Promise<ChildProgram>) => {
    context.signal.throwIfAborted();
    const child = await begin();
    onEnd(async () => await child.stop());
    return child;
  };
  return {
    servers,
    db,
    startApp: async (app, { args = [], env: own = {} }) => {
      const env = childEnvironment(context.env, { LOG_LEVEL: 'warn', PORT: '0', ...own });
      return await start(
        async () => await ChildProgram.startApp(app, { name: app, env, args, onDeath: abort }),
      );
    },
    startProgram: async (program, name, { args = [], env: own = {} } = {}) => {
      const env = childEnvironment(context.env, own);
      return await start(
        async () => await ChildProgram.start(program, { name, env, args, onDeath: abort }),
      );
    },
  };
}
