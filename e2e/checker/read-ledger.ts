import { InputError } from './input-error.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { parseEvent } from './parse-event.ts';
import { readLines } from './read-lines.ts';

/**
 * Calls `hear` with every event of a ledger file, in order.
 *
 * A ledger proves something only when it is whole: `n` must count 1, 2, 3, … and `t` never go back, else, as for any
 * malformed line, it throws `InputError` with `file:line`. So does a torn last line, unless `partial`: then the run goes
 * on and the line is being written. `bytes`: no more of the file than that.
 */
export async function readLedger(
  path: string,
  { partial, bytes }: { partial: boolean; bytes?: number },
  hear: (event: LedgerEvent) => void,
): Promise<void> {
  let before = { n: 0, t: 0 };
  const { torn, lines } = await readLines(
    path,
    (line, number) => {
      const place = `${path}:${number}`;
      const event = parseEvent(line, place);
      if (event.n !== before.n + 1) {
        throw new InputError(`${place}: n is ${event.n} after ${before.n}: a line is missing`);
      }
      if (event.t < before.t) {
        throw new InputError(`${place}: t goes back by ${before.t - event.t} ms`);
      }
      before = event;
      hear(event);
    },
    bytes,
  );
  if (torn !== '' && !partial) {
    throw new InputError(
      `${path}:${lines + 1}: the last line is torn; --partial judges what is before`,
    );
  }
}
