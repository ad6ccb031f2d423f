import type { PageProps } from '../page/page.ts';

/** Always there, so that screen readers notice what comes into it. */
export function NoticeList({ page: { notices } }: PageProps) {
  return (
    <div class="notices" role="log" aria-live="polite" aria-label="Results">
      {notices.list.map(({ id, kind, text }) => (
        <p key={id} class={kind} role={kind === 'failed' ? 'alert' : undefined}>
          <span>{text}</span>
          <button
            type="button"
            class="plain close"
            aria-label="Put away"
            onClick={() => notices.dismiss(id)}
          >
            ✕
          </button>
        </p>
      ))}
    </div>
  );
}
