/** What a link does to its connections from now on. All but `pass` are faults. */
export type ProxyMode =
  | Readonly<{ kind: 'pass' }>
  /** Every connection is reset, and every new one at once. */
  | Readonly<{ kind: 'refuse' }>
  /** Nothing gets through in either direction, and nobody is told: no FIN, no RST, new connections hang. */
  | Readonly<{ kind: 'black_hole' }>
  /** As a black hole, in one direction only. */
  | Readonly<{ kind: 'half_open'; silent: Direction }>
  /** Every chunk arrives so many ms later, in order. */
  | Readonly<{ kind: 'delay'; ms: number }>
  /** Each connection is reset after so many further bytes, both directions counted together. */
  | Readonly<{ kind: 'cut_after'; bytes: number }>
  /** Lets `requests` chunks of a client pass, then swallows what the server answers to the next, and resets. */
  | Readonly<{ kind: 'drop_reply'; requests: number }>;

export type Direction = 'to_server' | 'to_client';
