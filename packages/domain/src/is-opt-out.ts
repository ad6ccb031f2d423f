import { foldText } from './fold-text.ts';
import { type OptOutPhrases, optOutPhrases } from './opt-out-words.ts';

/** What counts as an opt-out, made ready for looking up. */
export type OptOutWords = Readonly<{
  words: ReadonlySet<string>;
  messages: ReadonlySet<string>;
  /** Of the longest phrase in `words`, in words. */
  longest: number;
}>;

/** The built-in words of all languages and those `added` to them. Phrases without a letter or digit are passed over. */
export function compileOptOutWords(
  added: OptOutPhrases = { words: [], messages: [] },
): OptOutWords {
  const words = new Set<string>();
  const messages = new Set<string>();
  for (const phrases of [...Object.values(optOutPhrases), added]) {
    for (const word of phrases.words) {
      const folded = foldText(word);
      // Nobody can say where a word of these scripts ends.
      if (unspaced.test(folded)) messages.add(toWords(folded).join(' '));
      else words.add(toWords(folded).join(' '));
    }
    for (const message of phrases.messages) messages.add(toWords(foldText(message)).join(' '));
  }
  words.delete('');
  messages.delete('');
  const longest = Math.max(0, ...[...words].map((word) => word.split(' ').length));
  return { words, messages, longest };
}

/**
 * Whether a message asks for no more messages: one of `words` stands in it as a whole word, or it consists of one of
 * `messages`. Case, accents, punctuation, emoji and invisible characters make no difference. Never true for a part of a
 * word: a hyphen or an apostrophe between letters joins them, so "non-stop" is a word of its own. Of a text longer than
 * 2,000 characters only the beginning is read.
 */
export function isOptOut(text: string, { words, messages, longest }: OptOutWords): boolean {
  const folded = foldText(beginning(text));
  const message = toWords(folded).join(' ');
  if (message !== '' && text.length <= lengthMax && messages.has(message)) return true;
  return holdsPhrase(toWords(folded.replaceAll(unspacedAll, ' ')), { words, longest });
}

/** UTF-16 units; longer than what anybody types to end a conversation. */
const lengthMax = 2_000;

/** Without the word that the cut went through. */
function beginning(text: string): string {
  return text.length <= lengthMax ? text : text.slice(0, lengthMax).replace(/\S*$/u, '');
}

/** Scripts that are written without spaces between words. */
const unspacedScripts =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const unspaced = new RegExp(`[${unspacedScripts}]`, 'u');
const unspacedAll = new RegExp(`[${unspacedScripts}]+`, 'gu');

/** Letters with their marks and digits; joined by a hyphen or an apostrophe that stands between two of them. */
const wordPattern = /[\p{L}\p{M}\p{N}]+(?:['’ʼ\-\u2010][\p{L}\p{M}\p{N}]+)*/gu;

function toWords(folded: string): readonly string[] {
  return (folded.match(wordPattern) ?? []).map((word) =>
    word
      .replaceAll(/[’ʼ]/g, "'")
      .replaceAll('\u2010', '-')
      .replaceAll(/^'+|'+$/g, ''),
  );
}

function holdsPhrase(
  given: readonly string[],
  { words, longest }: Pick<OptOutWords, 'words' | 'longest'>,
): boolean {
  return given.some((_, start) => {
    for (let length = 1; length <= longest && start + length <= given.length; length += 1) {
      if (words.has(given.slice(start, start + length).join(' '))) return true;
    }
    return false;
  });
}
