/** A device as the session host gets it. */
export type HostDevice = Readonly<{ deviceId: number; phone: string }>;

/** What the session host is asked, one at a time. */
export type HostRequest =
  | Readonly<{
      kind: 'open';
      databaseUrl: string;
      keyFile: string;
      whatsappUrl: string;
      devices: readonly HostDevice[];
      /** Whether every AsyncLocalStorage of the process shares one, which is what the transport does. */
      sharedStorage: boolean;
    }>
  /** Each device sends one message to each of its contacts, one after the other; `batch` says which contacts. */
  | Readonly<{ kind: 'send'; round: number; batch: number; contacts: number }>
  | Readonly<{ kind: 'close' }>;

export type HostAnswer =
  | Readonly<{ kind: 'opened'; cpu: number; wall: number }>
  | (Readonly<{ kind: 'sent' }> & RoundFigures)
  | Readonly<{ kind: 'closed' }>
  | Readonly<{ kind: 'failed'; reason: string }>;

/** `cpu` and `wall` in ms, over all messages and their receipts. */
export type RoundFigures = Readonly<{ messages: number; cpu: number; wall: number }>;
