import type { Network } from '../network.ts';
import type { Rules } from '../rules.ts';
import { Schedule } from '../schedule.ts';
import { Companions } from './companions.ts';
import type { MediaHost } from './media-host.ts';
import { NoticeWriter } from './notice-writer.ts';
import { Pairings } from './pairings.ts';
import { makeServerIdentity } from './server-identity.ts';
import { SignalParty } from './signal-party.ts';

export interface WhatsappServerParts {
  readonly network: Network;
  readonly rules: Rules;
  /** Links devices that nobody paired at their first login. */
  readonly registersUnknown: boolean;
}

/** What all WhatsApp clients share: the network behind them, who is linked, and the phones' keys. */
export type WhatsappServer = ReturnType<typeof makeWhatsappServer>;

export function makeWhatsappServer(parts: WhatsappServerParts, media: MediaHost) {
  const { network, rules, registersUnknown } = parts;
  const contacts = new SignalParty();
  return {
    network,
    rules,
    media,
    schedule: new Schedule(),
    identity: makeServerIdentity(),
    companions: new Companions({ registersUnknown }),
    /** The contacts' phones. */
    contacts,
    /** The accounts' own phones. */
    phones: new SignalParty(),
    writer: new NoticeWriter(contacts),
    pairings: new Pairings(),
    /** The accounts that may not write to new contacts, or may again; `endsAt` is epoch ms. */
    timeLocks: new Map<string, { readonly active: boolean; readonly endsAt: number }>(),
    tally: { logins: 0, queries: 0, paired: 0, client_retries: 0 },
  };
}
