/**
 * A number in [0, 1) from a key: the same key gives the same number in every run, different keys spread evenly.
 *
 * Chance here would make a run that found a bug impossible to repeat. FNV-1a over UTF-16 units with murmur3's final
 * mix, for ids that differ in their last character only.
 */
export function spread(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
