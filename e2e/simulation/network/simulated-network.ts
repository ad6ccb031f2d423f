import type { PhoneNumber } from '@dripfleet/domain';
import type { SimulatedProcess } from '../processes/simulated-process.ts';
import type { Random } from '../time/random.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { NetworkLog } from './network-log.ts';

/** What the network tells a device, now or at its next connect; kept until its client has it. */
export type Notice =
  | Readonly<{ kind: 'receipt'; id: string; read: boolean }>
  | Readonly<{ kind: 'inbound'; id: string; from: PhoneNumber; text: string }>;

/** A client's end of a connection, which the network talks to. Each call reaches it a moment later, in order. */
export type Client = Readonly<{
  process: SimulatedProcess;
  /** Whether packets to it get nowhere now. */
  isCutOff(): boolean;
  onAck(id: string, error: string | undefined): void;
  onNotice(notice: Notice): void;
  onCaughtUp(): void;
  onEnd(why: 'lost' | 'replaced' | 'closed'): void;
}>;

export type Frame = Readonly<{ id: string; to: PhoneNumber; text: string; writtenAt: number }>;

/**
 * What becomes of one frame. `dropped`: it is lost, and the connection with it. `cut`: accepted, then the connection breaks
 * before the ack. `unacknowledged`: accepted, and nobody hears of it. `busy`: refused with 503.
 */
export type FrameFate = 'accepted' | 'dropped' | 'cut' | 'unacknowledged' | 'late' | 'busy';

type Device = { connection: Connection | undefined; readonly kept: Set<Notice> };

export type NetworkOptions = Readonly<{ time: VirtualTime; random: Random; log: NetworkLog }>;

/**
 * The fake WhatsApp: one live session a device, the newest wins. It knows nothing of the fleet but its connections, and
 * writes down what it sees.
 */
export class SimulatedNetwork {
  readonly #options: NetworkOptions;
  readonly #devices = new Map<PhoneNumber, Device>();
  readonly #accepted = new Set<string>();
  #connections = 0;
  #said = 0;
  /** What becomes of the next frame of a device. */
  fateOf: (device: PhoneNumber) => FrameFate = () => 'accepted';
  /**
   * Whether it keeps a notice until its client says that it is stored. WhatsApp takes it for taken as soon as the client has
   * it: what comes in the last moments of a process is lost.
   */
  keepsUntilStored = false;
  /** Whether a contact reports that a message arrived, and read it. */
  receiptRate = 0.8;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** A client has logged in. */
  connect(device: PhoneNumber, client: Client): Connection {
    const { time, random, log } = this.#options;
    const own = this.#deviceOf(device);
    this.#connections += 1;
    const number = this.#connections;
    const connection = new Connection({ device, number, client, time, random });
    const { process } = client;
    log.append({ kind: 'connect', at: time.now, device, connection: number, by: process.name });
    const older = own.connection;
    own.connection = connection;
    if (older) this.#end(older, 'replaced');
    for (const notice of own.kept) this.#handOver(connection, notice);
    connection.toClient(() => client.onCaughtUp());
    return connection;
  }

  /** A frame arrives on a connection, which may have ended meanwhile. */
  receive(connection: Connection, frame: Frame): void {
    const { device } = connection;
    if (!connection.isOpen) return this.#note(connection, frame, 'lost');
    const fate = this.fateOf(device);
    if (fate === 'dropped') {
      this.#note(connection, frame, 'lost');
      return this.#end(connection, 'lost');
    }
    if (fate === 'busy') {
      this.#note(connection, frame, 'refused');
      return connection.toClient(() => connection.client.onAck(frame.id, '503'));
    }
    this.#note(connection, frame, 'accepted');
    this.#reach(connection, frame, fate);
  }

  /** The client has closed its side, or its host did for it. */
  leave(connection: Connection, why: string): void {
    if (connection.isOpen) this.#forget(connection, why);
  }

  /** A client has stored a notice. */
  confirm({ device }: Connection, notice: Notice): void {
    this.#deviceOf(device).kept.delete(notice);
  }

  /** The connection of a device breaks. False when it has none. */
  breakConnection(device: PhoneNumber): boolean {
    const connection = this.#devices.get(device)?.connection;
    if (connection) this.#end(connection, 'lost');
    return connection !== undefined;
  }

  /** All connections of a process break: the line was dead for too long. */
  breakConnectionsOf(process: SimulatedProcess): void {
    for (const { connection } of this.#devices.values()) {
      if (connection?.client.process === process) this.#end(connection, 'lost');
    }
  }

  /** A contact writes to a device. */
  say(device: PhoneNumber, from: PhoneNumber, text: string): void {
    const { time, log } = this.#options;
    this.#said += 1;
    log.append({ kind: 'said', at: time.now, device, from, text });
    this.#notify(device, { kind: 'inbound', id: `IN${this.#said}`, from, text });
  }

  #reach(connection: Connection, { id }: Frame, fate: FrameFate): void {
    const { time, random } = this.#options;
    const { device } = connection;
    const isNew = !this.#accepted.has(id);
    this.#accepted.add(id);
    if (fate === 'cut') this.#end(connection, 'lost');
    else if (fate !== 'unacknowledged') {
      const after = fate === 'late' ? random.between(3_000, 30_000) : random.between(20, 1_500);
      time.after(after, () => connection.toClient(() => connection.client.onAck(id, undefined)));
    }
    if (!isNew || !random.chance(this.receiptRate)) return;
    const delay = random.chance(0.2) ? random.between(30_000, 120_000) : random.between(50, 5_000);
    time.after(delay, () =>
      this.#notify(device, { kind: 'receipt', id, read: random.chance(0.3) }),
    );
  }

  #notify(device: PhoneNumber, notice: Notice): void {
    const own = this.#deviceOf(device);
    own.kept.add(notice);
    if (own.connection) this.#handOver(own.connection, notice);
  }

  #handOver(connection: Connection, notice: Notice): void {
    const { time, log } = this.#options;
    const { device, client } = connection;
    connection.toClient(() => {
      if (!this.keepsUntilStored) this.#deviceOf(device).kept.delete(notice);
      if (notice.kind === 'inbound') {
        const { from, text } = notice;
        log.append({ kind: 'heard', at: time.now, device, by: client.process.name, from, text });
      }
      client.onNotice(notice);
    });
  }

  #end(connection: Connection, why: 'lost' | 'replaced'): void {
    this.#forget(connection, why);
    connection.toClientLast(() => connection.client.onEnd(why));
  }

  #forget(connection: Connection, why: string): void {
    const { time, log } = this.#options;
    const { device, number } = connection;
    connection.isOpen = false;
    const own = this.#deviceOf(device);
    if (own.connection === connection) own.connection = undefined;
    log.append({ kind: 'disconnect', at: time.now, device, connection: number, why });
  }

  #note(connection: Connection, frame: Frame, outcome: 'accepted' | 'lost' | 'refused'): void {
    const { device, number, client } = connection;
    this.#options.log.append({
      kind: 'message',
      at: this.#options.time.now,
      device,
      connection: number,
      by: client.process.name,
      ...frame,
      outcome,
    });
  }

  #deviceOf(device: PhoneNumber): Device {
    const own = this.#devices.get(device) ?? { connection: undefined, kept: new Set() };
    this.#devices.set(device, own);
    return own;
  }
}

/** One connection: both directions keep their order. What is on its way when it breaks is lost. */
export class Connection {
  readonly device: PhoneNumber;
  readonly number: number;
  readonly client: Client;
  /** On the network's side. */
  isOpen = true;
  /** The client reads no more. */
  isDeaf = false;
  readonly #time: VirtualTime;
  readonly #random: Random;
  #toClientAt = 0;
  #toServerAt = 0;

  constructor(parts: {
    device: PhoneNumber;
    number: number;
    client: Client;
    time: VirtualTime;
    random: Random;
  }) {
    this.device = parts.device;
    this.number = parts.number;
    this.client = parts.client;
    this.#time = parts.time;
    this.#random = parts.random;
  }

  toClient(tell: () => void): void {
    if (this.isOpen) this.toClientLast(tell);
  }

  /** Even when it is closed by now: the close itself. */
  toClientLast(tell: () => void): void {
    this.#toClientAt = this.#later(this.#toClientAt);
    this.#time.after(this.#toClientAt - this.#time.now, () => {
      if (this.client.isCutOff()) return;
      this.client.process.call(() => {
        if (!this.isDeaf) tell();
      });
    });
  }

  toServer(tell: () => void): void {
    this.#toServerAt = this.#later(this.#toServerAt);
    this.#time.after(this.#toServerAt - this.#time.now, tell);
  }

  #later(last: number): number {
    const latency = this.#random.chance(0.05)
      ? this.#random.between(50, 1_000)
      : this.#random.between(1, 40);
    return Math.max(last, this.#time.now + latency);
  }
}
