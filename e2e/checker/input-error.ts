/** A ledger, plan or option that cannot be judged by. The message names the place: `file:line: what is wrong`. */
export class InputError extends Error {
  readonly code = 'INPUT';
}
