/** What a key means on the page. */
export type KeyCommand =
  | 'search'
  | 'next'
  | 'previous'
  | 'nextPage'
  | 'previousPage'
  | 'first'
  | 'last'
  | 'open'
  | 'close'
  | 'pause'
  | 'resume'
  | 'drain'
  | 'help';

export type KeyPress = Readonly<{
  key: string;
  /** Ctrl, Alt or the command key: these belong to the browser. */
  isChord: boolean;
  /** Where the key went: a field is typed into, a dialog has keys of its own, rows are moved among. */
  place: 'field' | 'dialog' | 'rows' | 'page' | 'control';
}>;

/** Wherever nothing is typed. */
const everywhere: Readonly<Record<string, KeyCommand>> = {
  '/': 'search',
  j: 'next',
  k: 'previous',
  p: 'pause',
  r: 'resume',
  d: 'drain',
  '?': 'help',
  Escape: 'close',
};

/** These scroll, or press a button, anywhere else. */
const amongRows: Readonly<Record<string, KeyCommand>> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  PageDown: 'nextPage',
  PageUp: 'previousPage',
  Home: 'first',
  End: 'last',
  Enter: 'open',
};

export function keyCommand({ key, isChord, place }: KeyPress): KeyCommand | undefined {
  if (isChord || place === 'field' || place === 'dialog') return undefined;
  const inRows = place === 'rows' || place === 'page';
  return everywhere[key] ?? (inRows ? amongRows[key] : undefined);
}

/** For the help, in its order. */
export const keyHelp: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'Search by name, host or label'],
  ['j  k  ↓  ↑', 'Next and previous device'],
  ['Enter', 'Open the device'],
  ['Esc', 'Close the device, leave the search'],
  ['p', 'Pause the device'],
  ['r', 'Resume it'],
  ['d', 'Drain it'],
  ['?', 'This help'],
];
