import type { Keyring } from '@dripfleet/credentials';
import type { DeviceId, DurationMs, PacingPolicy } from '@dripfleet/domain';
import type { Database } from '@dripfleet/store';
import type { FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FleetWatch } from '../fleet/fleet-watch.ts';
import type { Logger } from '@dripfleet/runtime';
import { ProblemError } from '../problem.ts';

/** What the routes work with. */
export type ApiContext = Readonly<{
  db: Database;
  watch: FleetWatch;
  /** Undefined: this process can't read what a worker shows to be scanned. */
  keyring: Keyring | undefined;
  policy: Readonly<{ steal: DurationMs; defaults: PacingPolicy }>;
  /** Aborts when the process stops. */
  stopping: AbortSignal;
  tell: Tell;
}>;

/** What others are told of a change that Postgres holds already. Rejects when Redis is out of reach. */
export type Tell = Readonly<{
  announce(devices: readonly DeviceId[]): Promise<void>;
  nudge(devices: readonly DeviceId[]): Promise<void>;
  emptyQueues(devices: readonly DeviceId[]): Promise<void>;
}>;

/** The server as the routes see it: each schema gives the types of its handler. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  Logger,
  ZodTypeProvider
>;

/** Who asks, for the audit: the name of the key. */
export function actorOf({ principal }: FastifyRequest): string {
  if (!principal) throw new ProblemError('unauthenticated');
  return `key:${principal.name}`;
}

/** A dead Redis only delays them: whoever must know asks Postgres. False: nobody was told. */
export async function told(telling: Promise<unknown>): Promise<boolean> {
  try {
    await telling;
    return true;
  } catch {
    return false;
  }
}
