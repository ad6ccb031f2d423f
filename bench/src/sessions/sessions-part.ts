import type { Part, PartContext, PartReport } from '../part.ts';
import { openLab } from './lab.ts';
import { baileysVersion } from './make-identity.ts';
import { addDevices, measureMemory } from './measure-memory.ts';
import { measureMessages } from './measure-messages.ts';
import { memoryReport } from './memory-report.ts';
import { messagesReport } from './messages-report.ts';
import { sessionsPlan, type SessionsPlan } from './sessions-plan.ts';

export const sessionsPart: Part = {
  name: 'sessions',
  title: 'Real WhatsApp sessions: memory and CPU of idle ones, CPU of a message',
  run: measureSessions,
};

async function measureSessions(context: PartContext): Promise<PartReport> {
  if (process.platform !== 'linux') {
    throw new Error('the part sessions reads the figures of processes from /proc: it needs Linux');
  }
  const plan = sessionsPlan(context.quick);
  const devicesMax = Math.max(...plan.memory.sizes, ...plan.messages.sizes);
  const lab = await openLab(context, { devicesMax });
  const memory = await measureMemory(lab, plan.memory);
  await addDevices(lab, devicesMax);
  const messages = await measureMessages(lab, plan.messages);
  const reports = [memoryReport(memory), messagesReport(messages)];
  return {
    settings: { ...describe(plan), Baileys: baileysVersion(), ...lab.servers.settings },
    tables: reports.flatMap(({ tables }) => tables),
    plots: reports.flatMap(({ plots }) => plots),
    // A goal is a goal at its number of sessions, which a quick look does not have.
    figures: context.quick ? {} : Object.assign({}, ...reports.map(({ figures }) => figures)),
    notes: reports.flatMap(({ notes }) => notes),
    data: { memory, messages },
  };
}

function describe({ memory, messages }: SessionsPlan): Readonly<Record<string, string>> {
  return {
    memory: `${memory.sizes.join(', ')} sessions, ${memory.repetitions} fresh workers each, read for ${seconds(memory.idle)} after ${seconds(memory.settle)}`,
    messages: `${messages.sizes.join(', ')} sessions, each to ${messages.contacts} contacts in a pass`,
    'rounds, shared storage': describeRounds(messages.shared),
    'rounds, plain storage': describeRounds(messages.plain),
    connects: 'at most 10 a second',
    network: 'the simulator, ack after 1 ms, delivered 1 ms later, none read',
  };
}

const seconds = (ms: number): string => `${ms / 1_000} s`;

type Rounds = SessionsPlan['messages']['shared'];

const describeRounds = ({ cold, warm, atLeast }: Rounds): string =>
  `${cold} cold, ${warm} warm, of ${atLeast} messages or more; half as many before are not counted`;
