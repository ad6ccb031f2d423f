import { expect, it } from 'vitest';
import { parseOptions, UsageError } from './parse-options.ts';

it('listens on loopback, port 8090, unless told', () => {
  expect(parseOptions([], {})).toMatchObject({ host: '127.0.0.1', port: 8090, ledger: undefined });
});

it('prefers --port to PORT', () => {
  expect(parseOptions([], { PORT: '9000' }).port).toBe(9000);
  expect(parseOptions(['--port', '0'], { PORT: '9000' }).port).toBe(0);
});

it('reads delays as milliseconds or a range', () => {
  const { latency } = parseOptions(['--ack-delay', '5-20', '--receipt-delay', '0'], {});
  expect(latency.ack).toEqual({ minMs: 5, maxMs: 20 });
  expect(latency.receipt).toEqual({ minMs: 0, maxMs: 0 });
});

it.each([
  [['--ack-delay', '20-5'], '--ack-delay "20-5"'],
  [['--ack-delay', 'soon'], '--ack-delay "soon"'],
  [['--port', '70000'], 'port "70000"'],
  [['--read-share', '2'], '--read-share "2"'],
  [['--read-share', ''], '--read-share ""'],
  [['--leger', 'x'], '--leger'],
])('refuses %j and names it', (argv, named) => {
  expect(() => parseOptions(argv, {})).toThrow(UsageError);
  expect(() => parseOptions(argv, {})).toThrow(named);
});
