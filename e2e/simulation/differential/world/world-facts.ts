import { stepKey } from '@dripfleet/domain';
import type { Row, TableName } from '../../database/rows.ts';
import type { Random } from '../random.ts';

/** 2026-01-05T09:00Z, a Monday morning: when every history begins. */
export const worldStart = Date.UTC(2026, 0, 5, 9);

/** Of both installations, so that message ids and suppressions are equal. */
export const worldSecret = Buffer.alloc(32, 7);

/** Two processes in the registry, and one that never registered. */
export const workers = ['1', '2', '3'].map((n) => `00000000-0000-4000-8000-00000000000${n}`);

export const stepKeys = ['hello', 'tip', 'bye'].map(stepKey);

/** What a history begins from, in the order in which the rows can be inserted. */
export type World = readonly WorldRow[];
export type WorldRow = {
  readonly [T in TableName]: Readonly<{ table: T; row: Partial<Row<T>> }>;
}[TableName];

export const second = 1_000;
export const hour = 3_600_000;

/** The number of the nth contact; of nobody beyond the last. */
export const phoneOf = (n: number): string => `+1415555267${n}`;

/** From 1. */
export const range = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, n) => n + 1);

/** Before the start, by less than `ms`. */
export const past = (random: Random, ms: number): number => worldStart - random.int(ms);
