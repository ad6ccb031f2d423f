import type { PoisonResult, PoisonRow } from './run-poison.ts';

/** A row that kills whoever takes it in hand may do so three times. */
const crashesMost = 3;

/** Why a row is wrong; undefined when it is as it must be. */
export function whyWrongPoison({ deaths, sends, expected }: PoisonRow): string | undefined {
  if (deaths.length < crashesMost) return `only ${deaths.length} crashes: it did not kill`;
  if (deaths.length > crashesMost) return 'killed more often than three times';
  return sends < expected ? 'others did not get their messages' : undefined;
}

export function isPoisonRight({ rows, letters, left, verdict }: PoisonResult): boolean {
  const allRight = rows.every((row) => whyWrongPoison(row) === undefined);
  return allRight && letters === rows.length && left === 0 && verdict.code === 0;
}

/** A line for each point where a contact's message kills, then the judge's verdict. */
export function formatPoison(result: PoisonResult): string {
  const { rows, letters, left, verdict } = result;
  return [
    'poison: a message that kills whoever takes it in hand',
    ...rows.map((row) => {
      const { points, deaths, sends, expected } = row;
      const others = `${sends} of ${expected} messages to others`;
      return `${points.join(', ').padEnd(40)}${deaths.length} crashes   ${others}   ${whyWrongPoison(row) ?? 'ok'}`;
    }),
    `${letters} of ${rows.length} are dead letters; ${left} other contacts were left midway`,
    verdict.text.trimEnd(),
  ].join('\n');
}
