/** What a device worker is doing, and since when (monotonic ms). `waiting` is for its turn to connect. */
export type Activity = Readonly<{ kind: ActivityKind; since: number }>;

export type ActivityKind =
  | 'waiting'
  | 'pairing'
  | 'connecting'
  | 'recovering'
  | 'confirming'
  | 'backing_off'
  | 'paced'
  | 'fetching'
  | 'sending'
  | 'idle'
  | 'paused'
  | 'stopped';
