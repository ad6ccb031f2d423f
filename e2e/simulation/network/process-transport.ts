import {
  type MessageId,
  type PhoneNumber,
  phoneOfJid,
  type SendResult,
  type UnconfirmedReason,
} from '@dripfleet/domain';
import {
  ConnectError,
  type Gate,
  type OutboundMessage,
  type Session,
  type SessionEnd,
  type SessionRequest,
  type Taken,
  type Transport,
} from '@dripfleet/transport';
import type { CallOff, SimulatedProcess } from '../processes/simulated-process.ts';
import { never } from '../processes/simulated-process.ts';
import type { Random } from '../time/random.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { NetworkLog } from './network-log.ts';
import type { Connection, Notice, SimulatedNetwork } from './simulated-network.ts';

export type TransportOptions = Readonly<{
  process: SimulatedProcess;
  time: VirtualTime;
  random: Random;
  network: SimulatedNetwork;
  log: NetworkLog;
  /** Whether packets of this process get nowhere now, without an error. */
  isCutOff(): boolean;
  /** Called when a connect is about to leave the process. */
  onConnect(device: PhoneNumber): void;
  /** Called when a message is about to be written; may kill the process. */
  onSend(to: PhoneNumber): void;
  /** Sessions that this process holds open, as it sees it. */
  open: Set<string>;
  ackTimeout: number;
}>;

const connectTimeout = 20_000;
/** A line that swallows everything is given up after so long without an answer. */
const keepAlive = 30_000;

/** The way of one process to the network: what the light protocol's transport does, over lines that can fail. */
export function processTransport(options: TransportOptions): Transport {
  return {
    open: (request, signal) => open(options, request, signal),
    pair: () => Promise.reject(new ConnectError('unsupported', 'simulated devices need no phone')),
  };
}

function open(
  options: TransportOptions,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<Session> {
  const { process, time, random, network } = options;
  if (process.state === 'dead') return never();
  if (request.gate() || signal.aborted) {
    return Promise.reject(new ConnectError('fenced', 'fenced before the connect'));
  }
  options.onConnect(request.phone);
  return new Promise((resolve, reject) => {
    const session = new ClientSession(options, request);
    const fail = (code: 'unreachable' | 'timed_out') => {
      if (session.isDecided) return;
      session.abandon();
      giveUp();
      signal.removeEventListener('abort', abort);
      reject(new ConnectError(code, 'no connection to the network'));
    };
    const abort = () => fail('unreachable');
    const giveUp = process.after(connectTimeout, () => fail('timed_out'));
    signal.addEventListener('abort', abort, { once: true });
    time.after(random.between(5, 300), () => {
      if (options.isCutOff() || session.isDecided || process.state === 'dead') return;
      const connection = network.connect(request.phone, session.client(process));
      session.attach(connection);
      connection.toClient(() => {
        if (session.isDecided) return;
        session.isDecided = true;
        giveUp();
        signal.removeEventListener('abort', abort);
        session.opened();
        resolve(session.session);
      });
    });
  });
}

/** A client's end of a connection. */
class ClientSession {
  /** Whether the connect has come to an end. */
  isDecided = false;
  readonly #options: TransportOptions;
  readonly #request: SessionRequest;
  readonly #waiting = new Map<string, (result: SendResult) => void>();
  readonly #early: (() => void)[] = [];
  #connection: Connection | undefined;
  #state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  #tellCaughtUp: () => void = () => {};
  #tellClosed: () => void = () => {};
  readonly #caughtUp = new Promise<void>((resolve) => {
    this.#tellCaughtUp = resolve;
  });
  readonly #closed = new Promise<void>((resolve) => {
    this.#tellClosed = resolve;
  });

  constructor(options: TransportOptions, request: SessionRequest) {
    this.#options = options;
    this.#request = request;
    options.process.onDeath(() => this.#leave('the process is gone'));
  }

  readonly session: Session = {
    caughtUp: this.#caughtUp,
    send: (message, gate) => this.#send(message, gate),
    close: async () => {
      if (this.#state === 'open') this.#close();
      await this.#closed;
    },
    terminate: () => this.#terminate(),
  };

  client(process: SimulatedProcess) {
    return {
      process,
      isCutOff: this.#options.isCutOff,
      onAck: (id: string, error: string | undefined) =>
        this.#hear(() => this.#waiting.get(id)?.(this.#toResult(error))),
      onNotice: (notice: Notice) => this.#hear(() => void this.#take(notice)),
      onCaughtUp: () => this.#hear(() => this.#tellCaughtUp()),
      onEnd: (why: 'lost' | 'replaced' | 'closed') => this.#hear(() => this.#end(why)),
    };
  }

  attach(connection: Connection): void {
    this.#connection = connection;
  }

  opened(): void {
    this.#state = 'open';
    this.#options.open.add(this.#request.phone);
    // Those that came before its owner could listen.
    for (const heard of this.#early.splice(0)) heard();
  }

  /** Nobody waits for this connect any more. */
  abandon(): void {
    this.isDecided = true;
    this.#state = 'closed';
    this.#leave('given up');
  }

  #hear(heard: () => void): void {
    if (this.#state === 'connecting') this.#early.push(heard);
    else if (this.#state !== 'closed') heard();
  }

  #send(message: OutboundMessage, gate: Gate): Promise<SendResult> {
    const { process, ackTimeout } = this.#options;
    const to = phoneOfJid(message.toJid);
    if (process.state === 'dead') return never();
    if (to === undefined) return Promise.resolve({ kind: 'rejected', code: 'not_a_user' });
    this.#options.onSend(to);
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- it may have been killed just now
    if ((process.state as string) === 'dead') return never();
    if (this.#state !== 'open') {
      return Promise.resolve({ kind: 'not_sent', reason: 'closed_before_write' });
    }
    const reason = this.#request.gate() ?? gate();
    if (reason) return Promise.resolve({ kind: 'not_sent', reason });
    return new Promise((resolve) => {
      const { messageId: id } = message;
      let over: CallOff = () => {};
      const settle = (result: SendResult) => {
        over();
        this.#waiting.delete(id);
        resolve(result);
      };
      over = process.after(ackTimeout, () => settle(unconfirmed('ack_timeout')));
      this.#waiting.set(id, settle);
      this.#write(message, to);
    });
  }

  #write({ messageId: id, body: text }: OutboundMessage, to: PhoneNumber): void {
    const { time, network, log, process, isCutOff } = this.#options;
    const connection = this.#connection;
    if (!connection) return;
    const { phone: device } = this.#request;
    const writtenAt = time.now;
    log.append({ kind: 'written', at: writtenAt, device, by: process.name, to, id, text });
    connection.toServer(() => {
      if (!isCutOff()) network.receive(connection, { id, to, text, writtenAt });
    });
  }

  #notice(notice: Notice): void | Promise<Taken> {
    const { events } = this.#request;
    if (notice.kind === 'receipt') {
      this.#waiting.get(notice.id)?.(this.#toResult(undefined));
      const kind = notice.read ? 'read' : 'delivered';
      return events.onReceipt({ messageId: notice.id as MessageId, kind });
    }
    const { id: messageId, from, text } = notice;
    const at = this.#options.process.clock.now();
    return events.onInbound({ messageId, from, text, at });
  }

  /** Tells the network that a notice is stored, if it wants to know. */
  async #take(notice: Notice): Promise<void> {
    const taken = await this.#notice(notice);
    if (taken !== 'stored') return;
    const { network, isCutOff } = this.#options;
    const connection = this.#connection;
    connection?.toServer(() => {
      if (!isCutOff()) network.confirm(connection, notice);
    });
  }

  #toResult(error: string | undefined): SendResult {
    const at = this.#options.process.clock.now();
    return error === undefined ? { kind: 'accepted', at } : { kind: 'rejected', code: error };
  }

  #close(): void {
    this.#state = 'closing';
    this.#options.open.delete(this.#request.phone);
    const connection = this.#connection;
    const giveUp = this.#options.process.after(keepAlive, () => this.#end('closed'));
    connection?.toServer(() => {
      if (this.#options.isCutOff()) return;
      this.#options.network.leave(connection, 'closed by the client');
      connection.toClientLast(() => {
        giveUp();
        this.#end('closed');
      });
    });
  }

  #terminate(): void {
    if (this.#state === 'closed') return;
    this.#options.open.delete(this.#request.phone);
    if (this.#state !== 'closing') this.#state = 'closing';
    if (this.#connection) this.#connection.isDeaf = true;
    this.#leave('cut by the client');
    // The socket tells in a later turn of the event loop.
    this.#options.process.after(0, () => this.#end('closed'));
  }

  #leave(why: string): void {
    const { network, isCutOff } = this.#options;
    this.#options.open.delete(this.#request.phone);
    const connection = this.#connection;
    if (!connection) return;
    connection.isDeaf = true;
    connection.toServer(() => {
      if (!isCutOff()) network.leave(connection, why);
    });
  }

  #end(why: 'lost' | 'replaced' | 'closed'): void {
    if (this.#state === 'closed') return;
    const isOurs = this.#state === 'closing';
    this.#state = 'closed';
    this.#options.open.delete(this.#request.phone);
    for (const settle of this.#waiting.values()) settle(unconfirmed('closed_after_write'));
    this.#tellCaughtUp();
    this.#tellClosed();
    this.#request.events.onEnd(isOurs ? closedByUs : endOf(why));
  }
}

const closedByUs: SessionEnd = { kind: 'closed_by_us', code: 1_000 };

function endOf(why: 'lost' | 'replaced' | 'closed'): SessionEnd {
  return why === 'replaced' ? { kind: 'replaced', code: 4_440 } : { kind: 'lost', code: 1_006 };
}

function unconfirmed(reason: UnconfirmedReason): SendResult {
  return { kind: 'unconfirmed', reason };
}
