import { type KeyCommand, keyCommand, type KeyPress } from './keys.ts';
import { askControl, moveSelection, openDevice } from './operate.ts';
import type { Page } from './page.ts';

/** Rows that PageDown passes. */
const pageStep = 10;

/** Obeys the keyboard, for as long as the page is open. */
export function followKeys(page: Page, focusSearch: () => void): void {
  document.addEventListener('keydown', (event) => {
    const isChord = event.ctrlKey || event.altKey || event.metaKey;
    const command = keyCommand({ key: event.key, isChord, place: placeOf(event.target) });
    if (command === undefined) return;
    event.preventDefault();
    if (command === 'search') focusSearch();
    else obey(page, command);
  });
}

function obey(page: Page, command: Exclude<KeyCommand, 'search'>): void {
  const { selected, opened } = page;
  switch (command) {
    case 'next':
      return moveSelection(page, 1);
    case 'previous':
      return moveSelection(page, -1);
    case 'nextPage':
      return moveSelection(page, pageStep);
    case 'previousPage':
      return moveSelection(page, -pageStep);
    case 'first':
      return moveSelection(page, -Infinity);
    case 'last':
      return moveSelection(page, Infinity);
    case 'open':
      if (selected.value !== undefined) openDevice(page, selected.value);
      return undefined;
    case 'close':
      opened.value = undefined;
      return undefined;
    case 'pause':
    case 'resume':
    case 'drain':
      return askControl(page, command, opened.value ?? selected.value);
    case 'help':
      page.isHelpOpen.value = true;
      return undefined;
    default:
      return command satisfies never;
  }
}

function placeOf(target: EventTarget | null): KeyPress['place'] {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('input, textarea, select')) return 'field';
  // Wherever the focus went: what is behind a dialog must not be changed.
  if (document.querySelector('dialog:modal')) return 'dialog';
  if (target.closest('[role="grid"]')) return 'rows';
  return target === document.body ? 'page' : 'control';
}
