const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * Reads `2026-01-31` (midnight UTC) or `2026-01-31T09:30:00Z` (or with an offset). Undefined for anything else: a day
 * that does not exist, a time without its zone, a date in another order, which could be read in two ways.
 */
export function parseInstant(text: string): Date | undefined {
  const match = instantPattern.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = 'Z'] = match;
  const date = `${year}-${month}-${day}`;
  // Date takes 30 February for 2 March.
  const midnight = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date)
    return undefined;
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const instant = new Date(`${date}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
