import { assertNever } from '@dripfleet/domain';
import {
  cancelPairing,
  type PairingReading,
  type PairingRefusal,
  readPairing,
  requestPairing,
  resolveDevices,
} from '@dripfleet/operations';
import { encode } from 'uqr';
import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import type { PairingView } from '../wire.ts';
import { actorOf, type ApiContext, type ApiServer, told } from './api-context.ts';
import { pairingSchema } from './schemas.ts';

const params = z.object({ name: z.string() });
// Whoever sees the picture can link a phone with it.
const operator = { access: 'operator', answersSecret: true } as const;

/** Links a device with a phone: asked for here, shown by the worker that claims the device, drawn by whoever asks. */
export function pairingRoutes(server: ApiServer, context: ApiContext): void {
  requestRoute(server, context);
  readRoute(server, context);
  withdrawRoute(server, context);
}

function requestRoute(server: ApiServer, context: ApiContext): void {
  const { db, policy, tell } = context;
  server.post(
    '/devices/:name/pairing',
    {
      config: operator,
      schema: {
        summary: 'Asks for a QR or a code to link the device with',
        tags: ['pairing'],
        params,
        body: z.object({
          method: z.enum(['qr', 'code']),
          phone: z.string().optional().describe('with `code`: +E164 of the phone'),
        }),
        response: { 200: pairingSchema },
      },
    },
    async (request) => {
      const { name } = request.params;
      await readView(context, name);
      const requested = await requestPairing(db, {
        ...request.body,
        device: name,
        actor: actorOf(request),
        steal: policy.steal,
      });
      if (requested.kind !== 'requested') throw refusalOf(requested);
      await told(tell.announce([requested.deviceId]));
      return await readView(context, name);
    },
  );
}

function readRoute(server: ApiServer, context: ApiContext): void {
  server.get(
    '/devices/:name/pairing',
    {
      config: operator,
      schema: {
        summary: 'How the last request goes; the picture changes every 20 s or so',
        tags: ['pairing'],
        params,
        response: { 200: pairingSchema },
      },
    },
    async (request) => await readView(context, request.params.name),
  );
}

function withdrawRoute(server: ApiServer, { db, keyring }: ApiContext): void {
  server.delete(
    '/devices/:name/pairing',
    {
      config: operator,
      schema: {
        summary: 'Withdraws the request; what was shown is of no use any more',
        tags: ['pairing'],
        params,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const [device] = await resolveDevices(db, { kind: 'names', names: [name] });
      const reading = keyring && (await readPairing(db, keyring, name));
      if (device && reading && reading.kind !== 'none') {
        const { requestedAt } = reading;
        const { deviceId } = device;
        await cancelPairing(db, { device: name, deviceId, requestedAt, actor: actorOf(request) });
      }
      return await reply.code(204).send(null);
    },
  );
}

async function readView({ db, keyring }: ApiContext, name: string): Promise<PairingView> {
  if (!keyring)
    throw new ProblemError(
      'conflict',
      'This dashboard was started without CREDENTIALS_KEY_FILE, so it can’t read what the worker shows. Use: dripfleet pair',
    );
  return pairingView(await readPairing(db, keyring, name));
}

function pairingView(reading: PairingReading): PairingView {
  switch (reading.kind) {
    case 'waiting':
      return reading.method === 'qr'
        ? {
            kind: 'waiting',
            method: 'qr',
            qr: qrRows(reading.content),
            validForMs: reading.validFor,
          }
        : { kind: 'waiting', method: 'code', code: reading.content, validForMs: reading.validFor };
    case 'paired':
      return { kind: 'paired', ...(reading.phone !== undefined && { phone: reading.phone }) };
    case 'failed':
      return { kind: 'failed', reason: reading.reason };
    case 'none':
    case 'requested':
    case 'expired':
    case 'unreadable':
      return { kind: reading.kind };
    default:
      return assertNever(reading);
  }
}

/** Drawn by the page, so that no picture of it is anywhere. */
function qrRows(content: string): readonly string[] {
  const { data } = encode(content, { border: 0 });
  return data.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''));
}

function refusalOf(refusal: PairingRefusal): ProblemError {
  switch (refusal.kind) {
    case 'session_open':
      return new ProblemError('conflict', 'It is linked already: its session is open.');
    case 'drained':
      return new ProblemError('conflict', `It is ${refusal.state}; resume it first.`);
    case 'phone_missing':
      return new ProblemError('invalid_request', 'phone: a code is made for a number; give it.');
    case 'phone_invalid':
      return new ProblemError('invalid_request', `phone: ${refusal.reason}; ${refusal.fix}`);
    case 'other_phone':
      return new ProblemError('conflict', 'The device is registered for another number.');
    case 'phone_taken':
      return new ProblemError('conflict', 'Another device has this number.');
    default:
      return assertNever(refusal);
  }
}
