import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/**
 * Tells one process from a later one with the same id: the instant it started, as the system writes it.
 * Undefined when no such process runs; a zombie does not run.
 */
export function findProcessMark(pid: number): string | undefined {
  return process.platform === 'linux' ? readProcMark(pid) : askPsForMark(pid);
}

/**
 * Names the set of processes we can see. A cache folder may be shared by containers or machines, where the
 * absence of a process id says nothing about its owner.
 */
export function getProcessScope(): string {
  if (process.platform !== 'linux') return process.platform;
  return `${os.hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
}

function readProcMark(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name in parentheses may hold anything; state is field 3, start time (clock ticks) field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return fields[0] === 'Z' ? undefined : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function askPsForMark(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5_000,
    }).trim();
    return line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}
