import { DatabaseError } from '@dripfleet/store';
import { CommanderError } from 'commander';

/** What the shell sees. 130 is the shell's own for Ctrl-C. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  conflict: 5,
  timedOut: 6,
  partlyDone: 7,
  unreachable: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Every error code of ours that means something to a script; the rest is `failed`. */
const byErrorCode: Readonly<Record<string, ExitCode>> = {
  usage: exitCodes.usage,
  invalid: exitCodes.usage,
  config_invalid: exitCodes.usage,
  pacing_invalid: exitCodes.usage,
  key_file_unusable: exitCodes.usage,
  not_found: exitCodes.notFound,
  not_allowed: exitCodes.notAllowed,
  conflict: exitCodes.conflict,
  unreachable: exitCodes.unreachable,
};

export function exitCodeOf(error: unknown): ExitCode {
  // Help and version leave by an error too.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof DatabaseError && isRefusedLogin(error)) return exitCodes.notAllowed;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (typeof code === 'string' ? byErrorCode[code] : undefined) ?? exitCodes.failed;
}

/** Class 28 is a refused login, 42501 a missing privilege. */
export function isRefusedLogin({ sqlState }: DatabaseError): boolean {
  return sqlState === '42501' || (sqlState?.startsWith('28') ?? false);
}
