import { describe, expect, it } from 'vitest';
import type { MemoryReading } from './measure-memory.ts';
import type { MessageReading } from './measure-messages.ts';
import { memoryReport } from './memory-report.ts';
import { messagesReport } from './messages-report.ts';

const worker = (sessions: number, rss: number): MemoryReading => ({
  sessions,
  rss,
  peak: rss + 10,
  cpu: 1,
  opening: 5_000,
});
const memory = [worker(0, 100), worker(50, 112), worker(50, 108), worker(50, 110)];

describe('memoryReport', () => {
  it('counts for a session what is above the worker without any, in KiB', () => {
    const { tables, figures } = memoryReport(memory);
    const [, fifty] = tables[0]?.rows ?? [];
    expect(fifty?.slice(0, 5)).toEqual(['50', '110.0', '108.0–112.0', '120.0', '205']);
    expect(figures['P7-session']).toMatchObject({ value: 204.8, met: true });
  });

  it('holds the largest number of sessions against the goal', () => {
    expect(memoryReport([...memory, worker(500, 251)]).figures['P7']).toMatchObject({
      value: 251,
      met: false,
    });
  });
});

const message = (
  storage: 'shared' | 'plain',
  contact: 'cold' | 'warm',
  [sessions, host]: readonly [number, number],
): MessageReading => ({
  storage,
  contact,
  sessions,
  host,
  messages: 100,
  simulator: 1,
  postgres: 1,
  rate: 100,
});
const shared = [
  message('shared', 'cold', [300, 9]),
  message('shared', 'warm', [20, 1]),
  message('shared', 'warm', [300, 1.5]),
  message('shared', 'warm', [300, 1.7]),
  message('shared', 'warm', [300, 9.9]),
];

describe('messagesReport', () => {
  // The mean would let one round beside a build decide, the smallest number of sessions flatters.
  it('answers the goal with the median of warm messages at the largest number of sessions', () => {
    expect(messagesReport(shared).figures['P8']).toEqual({
      value: 1.7,
      unit: 'ms',
      goal: '≤ 2',
      met: true,
    });
  });

  it('compares with the same without the cure, where there is one', () => {
    const plain = message('plain', 'warm', [300, 17]);
    expect(messagesReport([...shared, plain]).figures['P8']).toMatchObject({
      baseline: 17,
      ratio: 10,
    });
  });

  it('draws a line for each of what was measured', () => {
    const [over] = messagesReport(shared).plots;
    expect(over?.svg.match(/<path /g)).toHaveLength(2);
    expect(over?.svg).toContain('>warm, shared</text>');
  });
});
