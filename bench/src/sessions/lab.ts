import { migrate, openDatabase } from '@dripfleet/store';
import type { PartContext } from '../part.ts';
import { childEnvironment } from '../processes/child-environment.ts';
import { ChildProgram } from '../processes/child-program.ts';
import { type DurableServers, startDurableServers } from '../processes/durable-servers.ts';
import { BenchDevices } from './bench-devices.ts';

/** Everything that sessions need, all of it real but the network. */
export type Lab = Readonly<{
  context: PartContext;
  servers: DurableServers;
  devices: BenchDevices;
  simulator: ChildProgram;
  whatsappUrl: string;
  /** Starts a program for which the run answers: its death ends the run, and the run's end ends it. */
  startApp(app: 'simulator' | 'worker', options: LabOptions): Promise<ChildProgram>;
  startProgram(program: URL, name: string): Promise<ChildProgram>;
}>;

type LabOptions = Readonly<{
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}>;

/** The network answers at once; every message is reported as delivered and none as read. */
const network = ['--ack-delay', '1', '--receipt-delay', '1', '--read-share', '0'];

export async function openLab(
  context: PartContext,
  { devicesMax }: { devicesMax: number },
): Promise<Lab> {
  const { say, onEnd, abort } = context;
  say('starting Postgres and Redis');
  const servers = await startDurableServers(context);
  context.signal.throwIfAborted();
  await migrate(servers.databaseUrl);
  const db = openDatabase({
    url: servers.databaseUrl,
    applicationName: 'bench',
    connectionsMax: 2,
  });
  onEnd(async () => await db.close());
  const start = async (begin: () => Promise<ChildProgram>) => {
    context.signal.throwIfAborted();
    const child = await begin();
    onEnd(async () => await child.stop());
    return child;
  };
  const startApp: Lab['startApp'] = async (app, { args = [], env: own = {} }) => {
    const env = childEnvironment(context.env, { LOG_LEVEL: 'warn', PORT: '0', ...own });
    return await start(
      async () => await ChildProgram.startApp(app, { name: app, env, args, onDeath: abort }),
    );
  };
  const startProgram: Lab['startProgram'] = async (program, name) => {
    const env = childEnvironment(context.env, {});
    return await start(
      async () => await ChildProgram.start(program, { name, env, onDeath: abort }),
    );
  };
  const simulator = await startApp('simulator', { args: ['--register-unknown', ...network] });
  return {
    context,
    servers,
    devices: await BenchDevices.open(db, { folder: servers.folder, max: devicesMax }),
    simulator,
    whatsappUrl: `ws://127.0.0.1:${simulator.facts['port']}/ws/chat`,
    startApp,
    startProgram,
  };
}
