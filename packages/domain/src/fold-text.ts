/**
 * The form in which two spellings of a word are equal: one width and form of letters (NFKC), no case, no accents,
 * no invisible characters.
 */
export function foldText(text: string): string {
  return (
    text
      .normalize('NFKC')
      // Both ways, for letters that have no partner or several: ß, ς, ı.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFD')
      .replaceAll(marks, '')
      .replaceAll(invisible, '')
      .replaceAll(/[łøđ]/g, (letter) => stroked[letter] ?? letter)
      .normalize('NFC')
  );
}

/** Accents of any letter, points of Hebrew and Arabic; not the vowels of Indic scripts, nor the voicing of kana. */
const marks =
  /(?![\u3099\u309A])(?=[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}])\p{Mn}/gu;

/** Joiners, soft hyphens, direction marks; the stroke that only makes an Arabic word longer. */
const invisible = /[\p{Cf}\u0640]/gu;

/** Letters whose stroke Unicode does not take for an accent. */
const stroked: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd' };
