import { DeviceError } from '@dripfleet/operations';
import { ConfigError } from '@dripfleet/runtime';
import { DatabaseError } from '@dripfleet/store';
import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { CommandError } from './command-error.ts';
import { exitCodeOf } from './exit-codes.ts';

const database = (code: DatabaseError['code'], sqlState?: string) =>
  new DatabaseError('', { code, sqlState, constraint: undefined });

it.each([
  [0, new CommanderError(0, 'commander.helpDisplayed', '')],
  [1, new Error('a bug')],
  [1, database('failed', '42P01')],
  [2, new CommanderError(1, 'commander.unknownOption', '')],
  [2, new CommandError('usage', '')],
  [2, new ConfigError('')],
  [2, new DeviceError('invalid', '')],
  [3, new DeviceError('not_found', '')],
  [4, new CommandError('not_allowed', '')],
  [4, database('failed', '28P01')],
  [4, database('failed', '42501')],
  [5, new DeviceError('conflict', '')],
  [5, database('conflict', '40P01')],
  [8, database('unreachable', 'ECONNREFUSED')],
])('answers %d to %s', (code, error) => {
  expect(exitCodeOf(error)).toBe(code);
});
