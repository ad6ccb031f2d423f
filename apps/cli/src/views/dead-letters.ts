import type { DeadLetterLine } from '@dripfleet/operations';
import type { ListView } from '../output.ts';

/** `retry --dry-run`. */
export function deadLettersView(): ListView<DeadLetterLine> {
  return {
    columns: [
      { title: 'error', value: ({ error }) => error?.code ?? '-' },
      { title: 'class', value: ({ error }) => error?.class ?? '-' },
      { title: 'held', value: ({ held }) => held, align: 'right' },
      { title: 'ended', value: ({ ended }) => ended, align: 'right' },
      { title: 'erased', value: ({ erased }) => erased, align: 'right' },
      { title: 'went on', value: ({ passed }) => passed, align: 'right' },
    ],
    json: ({ error, held, ended, erased, passed }) => ({
      error_class: error?.class ?? null,
      error_code: error?.code ?? null,
      held,
      ended,
      erased,
      went_on: passed,
    }),
    name: ({ error }) => error?.code ?? '-',
    empty: 'Nothing of that kind.',
  };
}
