/** What sets a colour or moves the cursor: it has no width. */
// oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
const escapes = /(\u001B\[[0-9;?]*[A-Za-z])/;

/** At most `width` characters of a line as a terminal shows it; colours are kept, and end where the line is cut. */
export function cutLine(line: string, width: number): string {
  let left = width;
  let isCut = false;
  const parts = line.split(escapes).map((part, index) => {
    // What was split by stands at the odd places.
    if (index % 2 === 1) return isCut ? '' : part;
    const kept = part.slice(0, left);
    if (kept.length < part.length) isCut = true;
    left -= kept.length;
    return kept;
  });
  return isCut && parts.length > 1 ? `${parts.join('')}\u001B[0m` : parts.join('');
}
