import { readdir, readFile } from 'node:fs/promises';

/** The kernel's clock ticks, in which it counts CPU for everybody who asks: 100 a second on all that Node runs on. */
const tick = 10;

/** CPU in ms, of user and system together; `children`: of those that ended and were waited for. */
export type CpuReading = Readonly<{ parent: number; own: number; children: number }>;

/** CPU of one process, ms. Throws when it is gone. Linux alone knows. */
export async function readCpu(pid: number): Promise<number> {
  return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8')).own;
}

/** CPU of a process and all its children, those included that have ended since; ms. */
export async function readFamilyCpu(pid: number): Promise<number> {
  const head = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const others = await Promise.all(pids.map(async (other) => await findStat(other)));
  const children = others.filter((other) => other?.parent === pid);
  return children.reduce((sum, child) => sum + (child?.own ?? 0), head.own + head.children);
}

/** The process with the same parent whose command matches. Throws when there is none. */
export async function findSibling(pid: number, command: RegExp): Promise<number> {
  const { parent } = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const other of pids) {
    if ((await findStat(other))?.parent !== parent) continue;
    const words = await readFile(`/proc/${other}/cmdline`, 'utf8').catch(() => '');
    if (command.test(words.split('\0')[0] ?? '')) return Number(other);
  }
  throw new Error(`no process beside ${pid} runs ${command.source}`);
}

/** Memory of a process in KiB: what is resident, and the most that ever was. Throws when it is gone. */
export async function readMemory(pid: number): Promise<Readonly<{ rss: number; peak: number }>> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return { rss: statusField(status, 'VmRSS'), peak: statusField(status, 'VmHWM') };
}

/** Reads a line of `/proc/<pid>/stat`. */
export function parseStat(line: string): CpuReading {
  // The name of the program is in brackets, and may hold any sign, brackets and spaces too.
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
  return {
    parent,
    own: (user + system) * tick,
    children: (childrenUser + childrenSystem) * tick,
  };
}

/** KiB. */
export function statusField(status: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (value === undefined) throw new Error(`/proc shows no ${name}`);
  return Number(value);
}

async function findStat(pid: string): Promise<CpuReading | undefined> {
  try {
    return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It ended between the listing and the look.
    return undefined;
  }
}
