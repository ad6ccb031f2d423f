import { DatabaseError } from '@dripfleet/store';
import type { Connections } from './connections.ts';
import { isRefusedLogin } from './exit-codes.ts';

/** Undefined table, column and function: what an older schema lacks. */
const schemaStates = new Set(['42P01', '42703', '42883']);

/** What went wrong and what to do about it, for a person. No stack, no credentials. */
export function describeError(error: unknown, connections: Connections): string {
  if (error instanceof DatabaseError) return `dripfleet: ${describeDatabase(error, connections)}`;
  return `dripfleet: ${error instanceof Error ? error.message : String(error)}`;
}

function describeDatabase(error: DatabaseError, connections: Connections): string {
  const { sqlState } = error;
  if (sqlState && schemaStates.has(sqlState))
    return 'the database lacks tables of this version; run: dripfleet migrate';
  const where = `Postgres at ${connections.databaseAddress()}`;
  if (isRefusedLogin(error))
    return `${where} refused the login or lacks a privilege (${sqlState}); check DATABASE_URL`;
  if (error.code === 'unreachable') {
    // The driver has no code for a server that asks for a password when there is none.
    const isAsked = sqlState === undefined && !connections.hasPassword;
    const hint = isAsked ? ' It names no password.' : '';
    return `${where} can't be reached (${sqlState ?? 'no answer'}); is it running, and is DATABASE_URL right?${hint}`;
  }
  if (error.code === 'conflict')
    return 'somebody else was changing the same rows; nothing was changed, so run it again';
  return error.message;
}
