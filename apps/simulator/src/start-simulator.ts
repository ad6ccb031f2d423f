import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl } from './control-api.ts';
import { defaultLatency, type Latency } from './latency.ts';
import { openLedger } from './ledger.ts';
import { LazyWhatsapp } from './lazy-whatsapp.ts';
import { Network } from './network.ts';
import { Rules } from './rules.ts';
import { serveLightClient } from './serve-light-client.ts';
import { UpgradeGate } from './upgrade-gate.ts';

export interface SimulatorOptions {
  /** Address to listen on; loopback unless told. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Path of the ledger file; without one nothing is written. */
  readonly ledger?: string | undefined;
  readonly latency?: Latency;
  /** Lets WhatsApp devices in that nobody paired: made-up identities of benchmarks. */
  readonly registerUnknown?: boolean;
}

export interface Simulator {
  readonly port: number;
  /** Closes every connection with 1001 and writes the ledger to its end. */
  stop(): Promise<void>;
}

/**
 * Starts the fake WhatsApp network: both protocols, control API and ledger on one port.
 *
 * Throws when the port is taken or the ledger cannot be written.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const ledger = openLedger(options.ledger);
  const rules = new Rules();
  const network = new Network({ ledger, rules, latency: options.latency ?? defaultLatency });
  const registersUnknown = options.registerUnknown ?? false;
  const whatsapp = new LazyWhatsapp({ network, rules, registersUnknown });
  const gate = new UpgradeGate({
    rules,
    welcomeLight: (socket, login) => {
      serveLightClient(socket, login, { network, rules });
    },
    welcomeWhatsapp: (socket) => {
      whatsapp.serve(socket);
    },
  });
  const server = createServer((request, response) => {
    answerControl({ network, rules, whatsapp }, request, response).catch((error: unknown) => {
      // The request broke off; nobody is left to answer.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  gate.attach(server);
  server.listen(options.port, options.host ?? '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    ledger.close();
    throw error;
  }
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      network.stop();
      await gate.close();
      await whatsapp.stop();
      server.closeAllConnections();
      await closed;
      ledger.close();
    },
  };
}
