import { LedgerReader } from './ledger-reader.ts';

/** What the network has seen so far, read from its ledger. */
export class DemoProgress {
  readonly #reader: LedgerReader;
  readonly #accepted = new Set<string>();
  /** Accepted and not acknowledged, by id. */
  readonly #unacknowledged = new Map<string, { device: string; at: number }>();
  /** When each device connected last, epoch ms. */
  readonly #connected = new Map<string, number[]>();
  #repeats = 0;

  constructor(ledgerFile: string) {
    this.#reader = new LedgerReader(ledgerFile);
  }

  /** Messages that the recipients saw. */
  get shown(): number {
    return this.#accepted.size;
  }

  get repeats(): number {
    return this.#repeats;
  }

  update(): void {
    for (const { event, device = '', id = '', outcome, t } of this.#reader.readNew()) {
      if (event === 'connect')
        this.#connected.set(device, [...(this.#connected.get(device) ?? []), t]);
      else if (event === 'ack') this.#unacknowledged.delete(id);
      else if (event === 'message' && outcome === 'accepted') {
        if (this.#accepted.has(id)) this.#repeats += 1;
        this.#accepted.add(id);
        this.#unacknowledged.set(id, { device, at: t });
      }
    }
  }

  /** How many sends of these devices, accepted since then (epoch ms), the network has not acknowledged. */
  unacknowledged(devices: ReadonlySet<string>, since: number): number {
    return [...this.#unacknowledged.values()].filter(
      ({ device, at }) => devices.has(device) && at >= since,
    ).length;
  }

  /** When the device connected first after `since`, epoch ms. */
  connectedAfter(device: string, since: number): number | undefined {
    return this.#connected.get(device)?.find((at) => at > since);
  }
}
