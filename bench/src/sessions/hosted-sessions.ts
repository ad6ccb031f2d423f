import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { openCredentials, openKeyring } from '@dripfleet/credentials';
import {
  deviceId,
  durationMs,
  messageId,
  phoneNumber,
  type SendResult,
  sequenceContactId,
  stepKey,
  workerId,
} from '@dripfleet/domain';
import {
  claimDevices,
  type Database,
  type DeviceClaim,
  openDatabase,
  registerWorker,
  releaseDevices,
  removeWorkers,
} from '@dripfleet/store';
import { baileysTransport, type Session, type Transport } from '@dripfleet/transport';
import type { HostRequest, RoundFigures } from './host-messages.ts';
import { contactJid } from './contact-jid.ts';
import { inParallel } from './in-parallel.ts';
import { currentStorage, keepPlainStorage, usesPromiseHooks } from './plain-storage.ts';
import { ReceiptsAwaited } from './receipts-awaited.ts';

type OpenRequest = Extract<HostRequest, { kind: 'open' }>;
type SendRequest = Extract<HostRequest, { kind: 'send' }>;
type Opened = Readonly<{ session: Session; index: number }>;

/** As in a worker: at most 10 new sessions a second. Where connects take longer, they must not pile up either. */
const connecting = { max: 10, pause: 100 };
/** Enough to keep the process busy. With hundreds in flight the baseline is too slow to keep its connections alive. */
const inFlightMax = 50;
/** As in a worker. */
const connectionsMax = 6;
const body =
  'Hello, this is a message of a usual length for a campaign, is it not? Reply STOP to end.';

/** Sessions of devices that this process owns, over the transport and the credentials of a worker. */
export class HostedSessions {
  /** CPU and wall time that opening took, ms. */
  readonly opening: Readonly<{ cpu: number; wall: number }>;
  readonly #sessions: readonly Opened[];
  readonly #receipts: ReceiptsAwaited;
  readonly #release: () => Promise<void>;
  readonly #secret = randomBytes(32);

  private constructor(
    sessions: readonly Opened[],
    parts: Pick<HostedSessions, 'opening'> & {
      receipts: ReceiptsAwaited;
      release: () => Promise<void>;
    },
  ) {
    this.#sessions = sessions;
    this.opening = parts.opening;
    this.#receipts = parts.receipts;
    this.#release = parts.release;
  }

  /** Claims the devices and connects them all. Throws when one of them can't be. */
  static async open(request: OpenRequest): Promise<HostedSessions> {
    const transport = await openTransport(request);
    const db = openDatabase({
      url: request.databaseUrl,
      applicationName: 'bench session host',
      connectionsMax,
    });
    const { claims, release } = await claimAll(db, request);
    const keyring = await openKeyring(request.keyFile);
    const receipts = new ReceiptsAwaited();
    const clock = startClock();
    const sessions = await inParallel(
      request.devices,
      connecting,
      async ({ deviceId: id, phone }, index) => {
        const claim = claims.get(id);
        if (!claim) throw new Error('a device is somebody else’s');
        const session = await transport.open(
          {
            deviceId: claim.deviceId,
            phone: phoneNumber(phone),
            gate: () => undefined,
            credentials: openCredentials({ db, keyring, claim }),
            findMessage: () => Promise.resolve(undefined),
            events: {
              onReceipt: (receipt) => receipts.receive(receipt),
              onInbound: () => {},
              onTimeLock: () => {},
              onEnd: ({ kind, code }) =>
                receipts.fail(new Error(`a session ended: ${kind} ${code}`)),
            },
          },
          new AbortController().signal,
        );
        await session.caughtUp;
        return { session, index };
      },
    );
    return new HostedSessions(sessions, { opening: clock(), receipts, release });
  }

  /**
   * One round of a closed loop, one message in flight for each session, until all are delivered. Throws for the first
   * that is not accepted.
   */
  async send({ round, batch, contacts }: SendRequest): Promise<RoundFigures> {
    const clock = startClock();
    await inParallel(this.#sessions, { max: inFlightMax }, async ({ session, index }) => {
      for (let contact = 0; contact < contacts; contact += 1) {
        const message = this.#message({ index, batch, contact }, round);
        this.#receipts.expect(message.messageId);
        const result = await session.send(message, () => undefined);
        if (result.kind !== 'accepted') throw this.#receipts.failure ?? notAccepted(result);
      }
    });
    await this.#receipts.allCame();
    return { messages: this.#sessions.length * contacts, ...clock() };
  }

  async close(): Promise<void> {
    this.#receipts.expectEnds();
    await Promise.all(this.#sessions.map(async ({ session }) => await session.close()));
    await this.#release();
  }

  #message(to: { index: number; batch: number; contact: number }, round: number) {
    const contact = (to.index * 1_000 + to.batch) * 1_000 + to.contact;
    const identity = {
      sequenceContactId: sequenceContactId(contact),
      stepKey: stepKey('bench'),
      cycle: round,
    };
    return { messageId: messageId(this.#secret, identity), toJid: contactJid(to), body };
  }
}

/** Throws when the storage is not as it was asked for: the figures would be of the other. */
async function openTransport({ whatsappUrl, sharedStorage }: OpenRequest): Promise<Transport> {
  if (!sharedStorage) keepPlainStorage();
  const before = currentStorage();
  const transport = await baileysTransport({
    url: whatsappUrl,
    typingTime: durationMs(0),
    timings: { ackTimeout: durationMs(30_000), connectTimeout: durationMs(45_000) },
  });
  const isShared = currentStorage() !== before;
  if (usesPromiseHooks() && isShared !== sharedStorage) {
    throw new Error('the transport decided otherwise about its AsyncLocalStorage');
  }
  return transport;
}

async function claimAll(db: Database, { devices }: OpenRequest) {
  const worker = workerId(randomUUID());
  await registerWorker(db, worker, {
    host: 'bench',
    build: 'bench',
    capacity: devices.length,
    engine: 'workers',
  });
  const claimed = await claimDevices(db, worker, {
    devices: devices.map((device) => deviceId(device.deviceId)),
    steal: durationMs(24_000),
    maySteal: false,
    engine: 'workers',
  });
  const claims = new Map<number, DeviceClaim>(
    claimed.map(({ deviceId: id, epoch }) => [id, { deviceId: id, worker, epoch }]),
  );
  const release = async () => {
    await releaseDevices(db, worker, [...claims.values()]);
    await removeWorkers(db, worker);
    await db.close();
  };
  return { claims, release };
}

function notAccepted(result: Exclude<SendResult, { kind: 'accepted' }>): Error {
  const why = 'reason' in result ? result.reason : result.code;
  return new Error(`a message was not accepted: ${result.kind}, ${why}`);
}

function startClock(): () => Readonly<{ cpu: number; wall: number }> {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { cpu: (user + system) / 1_000, wall: performance.now() - wall };
  };
}
