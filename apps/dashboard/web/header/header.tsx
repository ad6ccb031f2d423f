import type { LiveState } from '../fleet/live.ts';
import type { PageProps } from '../page/page.ts';
import { Search } from './search.tsx';

const liveTexts: Readonly<Record<LiveState, readonly [text: string, meaning: string]>> = {
  connecting: ['connecting', 'Waiting for the first look at the fleet'],
  live: ['live', 'Changes are shown as they happen'],
  reconnecting: ['reconnecting', 'The stream broke: what is shown may be old'],
  resting: ['resting', 'The page was hidden'],
};

export function Header({ page }: PageProps) {
  const me = page.me.value;
  return (
    <header class="top">
      <h1>
        <Mark />
        Dripfleet
      </h1>
      <Search page={page} />
      <LiveLamp page={page} />
      <nav aria-label="Other pages">
        <a href="/queues/view?scope=hot">Queues</a>
        <a href="/docs">API</a>
        <button
          type="button"
          class="plain"
          aria-label="Keyboard help"
          title="Keyboard help (?)"
          onClick={() => (page.isHelpOpen.value = true)}
        >
          ?
        </button>
        <form method="post" action="/logout">
          <button type="submit" class="plain" title={me && `You are ${me.name}, ${me.role}`}>
            Log out
          </button>
        </form>
      </nav>
    </header>
  );
}

function LiveLamp({ page }: PageProps) {
  const state = page.liveState.value;
  const [text, meaning] = liveTexts[state];
  return (
    <span class={`lamp ${state}`} role="status" title={meaning}>
      <i aria-hidden="true" />
      {text}
    </span>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 18 18" aria-hidden="true">
      <path
        class="cells"
        d="M1 1h4v4H1zM7 1h4v4H7zM13 1h4v4h-4zM1 7h4v4H1zM13 7h4v4h-4zM1 13h4v4H1zM7 13h4v4H7z"
      />
      <path class="one" d="M7 7h4v4H7z" />
      <circle class="other" cx="15" cy="15" r="2" />
    </svg>
  );
}
