/** One thing that was looked at. `fix` is there for everything that is not ok. */
export type Check =
  | Readonly<{ name: string; status: 'ok'; detail: string }>
  | Readonly<{ name: string; status: 'warning' | 'failed'; detail: string; fix: string }>;
