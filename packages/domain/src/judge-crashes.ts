/** What it takes to send a row safely, by how many processes died with it in hand. */
export type CrashVerdict =
  | 'innocent'
  /** Two died: it is taken in hand alone in its process, so that a third death is its own. */
  | 'suspect'
  /** A process died of it while it had nothing else in hand: no process touches it until an operator decides. */
  | 'poison';

/** From this many deaths on a row is not even loaded whole, before it is alone. */
export const suspectFrom = 2;
const poisonFrom = 3;

/** `crashes`: processes that died since one survived it. One death says nothing: any row may be in hand at a power cut. */
export function judgeCrashes(crashes: number): CrashVerdict {
  if (crashes >= poisonFrom) return 'poison';
  return crashes >= suspectFrom ? 'suspect' : 'innocent';
}
