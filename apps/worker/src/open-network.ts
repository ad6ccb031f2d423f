import {
  type ChallengeOf,
  openCredentials,
  openKeyring,
  sealChallenge,
} from '@dripfleet/credentials';
import { durationMs } from '@dripfleet/domain';
import type { Claim } from '@dripfleet/fleet';
import { ConfigError } from '@dripfleet/runtime';
import type { Database } from '@dripfleet/store';
import {
  baileysTransport,
  type SessionCredentials,
  simulatedTransport,
  type Transport,
} from '@dripfleet/transport';
import type { WorkerConfig } from './worker-config.ts';

/** The way to WhatsApp, and what a device needs to go it. */
export type Network = Readonly<{
  transport: Transport;
  openCredentials(claim: Claim): SessionCredentials;
  sealChallenge(of: ChallengeOf, content: string): Promise<Buffer>;
}>;

const simulatedConnectTimeout = durationMs(20_000);
/** An upgrade that is answered with plain HTTP never ends by itself; nothing that works takes so long. */
const whatsappConnectTimeout = durationMs(45_000);

/** Opens the transport that is configured. Throws `ConfigError` when something that it needs is not. */
export async function openNetwork(config: WorkerConfig, db: Database): Promise<Network> {
  return config.TRANSPORT === 'baileys' ? await openWhatsapp(config, db) : openSimulated(config);
}

async function openWhatsapp(config: WorkerConfig, db: Database): Promise<Network> {
  const { CREDENTIALS_KEY_FILE: file } = config;
  if (file === undefined) {
    throw new ConfigError(
      'CREDENTIALS_KEY_FILE: is not set (TRANSPORT=baileys needs it); to make one: dripfleet credentials new-key FILE',
    );
  }
  const keyring = await openKeyring(file);
  return {
    transport: await baileysTransport({
      url: config.WHATSAPP_URL,
      version: config.WHATSAPP_VERSION,
      typingTime: config.TYPING_TIME,
      timings: { ackTimeout: config.ACK_TIMEOUT, connectTimeout: whatsappConnectTimeout },
    }),
    openCredentials: (claim) => openCredentials({ db, keyring, claim }),
    sealChallenge: async (of, content) => await sealChallenge(keyring, of, content),
  };
}

function openSimulated({ SIMULATOR_URL: url, ACK_TIMEOUT: ackTimeout }: WorkerConfig): Network {
  if (url === undefined)
    throw new ConfigError('SIMULATOR_URL: is not set (TRANSPORT=simulated needs it)');
  return {
    transport: simulatedTransport(url, { ackTimeout, connectTimeout: simulatedConnectTimeout }),
    openCredentials: () => noCredentials,
    sealChallenge: () => Promise.reject(new Error('the simulated transport pairs nothing')),
  };
}

/** The light protocol knows a device by its number alone. */
const noCredentials: SessionCredentials = {
  read: () => Promise.resolve({ kind: 'read', values: new Map() }),
  write: () => Promise.resolve('written'),
  replace: () => Promise.resolve('written'),
};
