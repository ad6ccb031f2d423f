import { type BenchLab, openBenchLab } from '../lab/open-bench-lab.ts';
import type { PartContext } from '../part.ts';
import type { ChildProgram } from '../processes/child-program.ts';
import { BenchDevices } from './bench-devices.ts';

/** Everything that sessions need, all of it real but the network. */
export type Lab = BenchLab &
  Readonly<{
    context: PartContext;
    devices: BenchDevices;
    simulator: ChildProgram;
    whatsappUrl: string;
  }>;

/** The network answers at once; every message is reported as delivered and none as read. */
const network = ['--ack-delay', '1', '--receipt-delay', '1', '--read-share', '0'];

export async function openLab(
  context: PartContext,
  { devicesMax }: { devicesMax: number },
): Promise<Lab> {
  const lab = await openBenchLab(context);
  const simulator = await lab.startApp('simulator', { args: ['--register-unknown', ...network] });
  return {
    ...lab,
    context,
    devices: await BenchDevices.open(lab.db, { folder: lab.servers.folder, max: devicesMax }),
    simulator,
    whatsappUrl: `ws://127.0.0.1:${simulator.facts['port']}/ws/chat`,
  };
}
