/** Whether this is an IANA name (`Asia/Makassar`, `UTC`); a bare offset is not, for it knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (knownZones.has(name)) return true;
  const valid = /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name) && isKnown(name);
  // Only what exists is kept, so a file of inventions does not fill the memory.
  if (valid) knownZones.add(name);
  return valid;
}

/** A look-up costs 20 µs, and a file repeats a few zones on all its rows. */
const knownZones = new Set<string>();

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
