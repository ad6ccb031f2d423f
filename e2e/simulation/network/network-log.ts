/** What the network saw, in order of time: the only evidence of what left the fleet. True ms; numbers are `+E164`. */
export type NetworkEvent =
  | Readonly<{
      kind: 'connect';
      at: number;
      device: string;
      connection: number;
      by: string;
    }>
  /** The network ended its side of a connection, or learned that the client had. */
  | Readonly<{ kind: 'disconnect'; at: number; device: string; connection: number; why: string }>
  /** A frame left a process; it arrives later, or not at all. */
  | Readonly<{
      kind: 'written';
      at: number;
      device: string;
      by: string;
      to: string;
      id: string;
      text: string;
    }>
  | Readonly<{
      kind: 'message';
      at: number;
      writtenAt: number;
      device: string;
      connection: number;
      by: string;
      to: string;
      id: string;
      text: string;
      outcome: 'accepted' | 'lost' | 'refused';
    }>
  /** A contact's message was handed over to the process that has the device. */
  | Readonly<{ kind: 'heard'; at: number; device: string; by: string; from: string; text: string }>
  /** A contact wrote. */
  | Readonly<{ kind: 'said'; at: number; device: string; from: string; text: string }>;

/** Append-only. */
export class NetworkLog {
  readonly #events: NetworkEvent[] = [];
  #listener: (event: NetworkEvent) => void = () => {};

  get events(): readonly NetworkEvent[] {
    return this.#events;
  }

  /** `listener` is told of each event as it happens. */
  listen(listener: (event: NetworkEvent) => void): void {
    this.#listener = listener;
  }

  append(event: NetworkEvent): void {
    this.#events.push(event);
    this.#listener(event);
  }
}
