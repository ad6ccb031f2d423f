/** Where a rule can strike. `query` occurs in the WhatsApp protocol only. */
export const occasions = ['message', 'login', 'query', 'upgrade'] as const;
export type Occasion = (typeof occasions)[number];

/** What a rule does there. */
export const deeds = [
  'drop_before',
  'accept_then_drop',
  'no_ack',
  'delay',
  'nack',
  'close',
  'hang',
] as const;
export type Deed = (typeof deeds)[number];

/**
 * One fault to come. Without `device`, `to`, `id` or `xmlns` it takes the next that comes.
 *
 * A WhatsApp client says who it is only after its upgrade: a rule on `upgrade` with a `device` leaves it alone.
 * `xmlns` is the kind of a query: `usync`, `encrypt`, `privacy`, `w:m`, … `ms` is how long a `delay` lasts. `code` is
 * what a `nack` says (on upgrade: the HTTP status), or the code a `close` closes with. `times` is how often it strikes
 * before it is used up.
 */
export interface Rule {
  readonly on: Occasion;
  readonly do: Deed;
  readonly device?: string | undefined;
  readonly to?: string | undefined;
  readonly id?: string | undefined;
  readonly xmlns?: string | undefined;
  readonly code?: number | undefined;
  readonly ms?: number | undefined;
  readonly times: number;
}
