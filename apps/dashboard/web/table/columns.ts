import type { SortKey } from '../fleet/sort.ts';

export type Column = Readonly<{ key: SortKey; title: string; tip: string }>;

/** In their order; the style sheet gives the widths, and leaves most of them out on a phone. */
export const columns: readonly Column[] = [
  { key: 'name', title: 'Device', tip: 'Its name' },
  { key: 'condition', title: 'Condition', tip: 'How it is, and why; the worst first' },
  { key: 'host', title: 'Host', tip: 'Where the worker that has it runs' },
  { key: 'queued', title: 'Queued', tip: 'Rows in its queue' },
  { key: 'sending', title: 'Sending', tip: 'Messages on their way' },
  { key: 'due', title: 'Due', tip: 'Contacts who are due and not queued yet' },
  { key: 'sentLastHour', title: 'Sent 1h', tip: 'Messages sent in the last hour' },
  { key: 'errors', title: 'Errors 1h', tip: 'Failed or uncertain in the last hour' },
];
