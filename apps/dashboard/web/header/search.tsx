import type { TargetedKeyboardEvent } from 'preact';
import { moveSelection } from '../page/operate.ts';
import type { Page, PageProps } from '../page/page.ts';

const id = 'search';

export function focusSearch(): void {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLInputElement)) return;
  field.focus();
  field.select();
}

export function Search({ page }: PageProps) {
  const { view } = page;
  return (
    <div class="search" role="search">
      <input
        id={id}
        type="search"
        placeholder="Find devices: name, host, team=br"
        aria-label="Find devices by name, host or label"
        aria-keyshortcuts="/"
        autocomplete="off"
        spellcheck={false}
        value={view.filter.text}
        onInput={({ currentTarget }) =>
          (view.filter = { ...view.filter, text: currentTarget.value })
        }
        onKeyDown={(event) => handleKey(page, event)}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

function handleKey(page: Page, event: TargetedKeyboardEvent<HTMLInputElement>): void {
  const { view } = page;
  if (event.key === 'Escape') {
    event.preventDefault();
    if (view.filter.text === '') event.currentTarget.blur();
    else view.filter = { ...view.filter, text: '' };
  } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
    event.preventDefault();
    moveSelection(page, page.selected.value === undefined ? 1 : 0);
    document.querySelector<HTMLElement>('[role="grid"]')?.focus();
  }
}
