import type { Cap } from './plan.ts';

/** One line of the log of actions: what was done to the run. `t` is epoch ms, `devices` and `to` are `+E164`. */
export type Action = { readonly t: number } & (
  | {
      /** From here something is broken, until its `fault_end`; one without an end took no time. */
      readonly action: 'fault';
      /** Counts from 1. */
      readonly fault: number;
      readonly kind: string;
      readonly devices: readonly string[] | 'all';
    }
  | { readonly action: 'fault_end'; readonly fault: number; readonly kind: string }
  | { readonly action: 'pause' | 'resume'; readonly devices: readonly string[] }
  /** From here these caps hold for these devices, instead of those before. */
  | { readonly action: 'caps'; readonly devices: readonly string[]; readonly caps: readonly Cap[] }
  /** An operator's; what contacts write stands in the ledger. */
  | { readonly action: 'opt_out'; readonly to: string }
);
