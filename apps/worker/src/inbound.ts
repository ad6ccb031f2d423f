import {
  assertNever,
  type Clock,
  compileOptOutWords,
  type DeviceId,
  durationMs,
  isOptOut,
  type OptOutWords,
  type PhoneNumber,
} from '@dripfleet/domain';
import { hearMessage, type HeardMessage, type HearOutcome } from '@dripfleet/operations';
import { type Database, DatabaseError } from '@dripfleet/store';
import type { InboundMessage, Taken } from '@dripfleet/transport';
import type { Observe } from './events.ts';
import { Vetoes } from './vetoes.ts';
import type { WorkerConfig } from './worker-config.ts';

/** Messages stored at a time: sending needs the connections more. */
const atOnce = 2;
const backoffFirst = 250;
const backoffMax = 10_000;
/** In a row, before it is another message's turn. */
const conflictsMax = 3;

export type InboundOptions = Readonly<{
  config: Pick<WorkerConfig, 'OPT_OUT_WORDS' | 'OPT_OUT_MESSAGES' | 'OPT_OUT_CONFIRMATION'>;
  db: Database;
  clock: Clock;
  /** The installation's. */
  secret: Uint8Array;
  observe: Observe;
  /** Aborts when nothing can be stored any more because the process ends. */
  giveUp: AbortSignal;
}>;

type Heard = Readonly<{
  deviceId: DeviceId;
  message: HeardMessage;
  onConfirmation: () => void;
  settle: (taken: Taken) => void;
}>;

/**
 * Stores what contacts write. An opt-out stops what this process is about to send in the tick in which it is heard; what it
 * means beyond that is stored as soon as Postgres can be reached, and nothing is forgotten while the process lives.
 */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #words: OptOutWords;
  readonly #confirmation: string | undefined;
  readonly #vetoes: Vetoes;
  readonly #waiting: Heard[] = [];
  readonly #underway = new Map<DeviceId, Set<Promise<Taken>>>();
  #storing = 0;

  constructor(options: InboundOptions) {
    const { config, clock } = options;
    this.#options = options;
    this.#words = compileOptOutWords({
      words: config.OPT_OUT_WORDS,
      messages: config.OPT_OUT_MESSAGES,
    });
    const text = config.OPT_OUT_CONFIRMATION.trim();
    this.#confirmation = text === 'off' || text === '' ? undefined : text;
    this.#vetoes = new Vetoes(clock);
  }

  /**
   * Takes a message; one that comes again does nothing more. Resolves when it is stored, or can't be; never rejects.
   * `onConfirmation`: a confirmation waits for this device.
   */
  receive(
    deviceId: DeviceId,
    { messageId, from, text, at }: InboundMessage,
    onConfirmation: () => void,
  ): Promise<Taken> {
    if (from === undefined) {
      const error = new Error('WhatsApp did not say the number of a contact who wrote');
      this.#options.observe({ kind: 'problem', where: 'inbound', deviceId, error });
      // Nor would it the next time.
      return Promise.resolve('stored');
    }
    const kind = text !== undefined && isOptOut(text, this.#words) ? 'opt_out' : 'reply';
    if (kind === 'opt_out') this.#vetoes.add(from);
    const { secret } = this.#options;
    const confirmation = this.#confirmation;
    const message = { deviceId, messageId, from, kind, at, confirmation, secret } as const;
    const storing = new Promise<Taken>((settle) => {
      this.#waiting.push({ deviceId, message, onConfirmation, settle });
    });
    this.#watch(deviceId, storing);
    void this.#storeWaiting();
    return storing;
  }

  /** Whether nothing may be written to this number any more. Asked in the tick of the write. */
  vetoes(phone: PhoneNumber): boolean {
    return this.#vetoes.has(phone);
  }

  /** Resolves when all that came so far for the device is stored. */
  async flushed(deviceId: DeviceId): Promise<void> {
    const underway = this.#underway.get(deviceId);
    if (underway) await Promise.all(underway);
  }

  /** Resolves when all that came so far is stored: before the process closes its connections. */
  async drained(): Promise<void> {
    await Promise.all([...this.#underway.values()].flatMap((some) => [...some]));
  }

  #watch(deviceId: DeviceId, storing: Promise<Taken>): void {
    const underway = this.#underway.get(deviceId) ?? new Set();
    this.#underway.set(deviceId, underway);
    underway.add(storing);
    void storing.finally(() => {
      underway.delete(storing);
      if (underway.size === 0) this.#underway.delete(deviceId);
    });
  }

  async #storeWaiting(): Promise<void> {
    if (this.#storing >= atOnce) return;
    this.#storing += 1;
    try {
      for (let heard = this.#waiting.shift(); heard; heard = this.#waiting.shift()) {
        // Whoever holds its rows must not keep all others waiting.
        const outcome = await this.#store(heard);
        if (outcome === 'later') this.#waiting.push(heard);
        else heard.settle(outcome);
      }
    } finally {
      this.#storing -= 1;
    }
  }

  /** Never throws. */
  async #store({ deviceId, message, onConfirmation }: Heard): Promise<Taken | 'later'> {
    const { observe } = this.#options;
    try {
      const outcome = await this.#hear(message);
      if (outcome === 'later') return 'later';
      // From here on begin refuses; what it let through before is soon too old to be written.
      if (message.kind === 'opt_out') this.#vetoes.endSoon(message.from);
      report(outcome, { deviceId, observe });
      if (outcome.kind === 'opted_out' && outcome.isConfirmed) onConfirmation();
      return 'stored';
    } catch (error) {
      // An opt-out that can't be stored still holds in this process.
      observe({ kind: 'problem', where: 'inbound', deviceId, error });
      return 'not_stored';
    }
  }

  /**
   * Repeats until Postgres has answered, a few times at most when somebody holds the rows; throws what a repetition can't
   * mend, and when the process ends.
   */
  async #hear(message: HeardMessage): Promise<HearOutcome | 'later'> {
    const { db, clock, giveUp } = this.#options;
    for (let tries = 0; ; tries += 1) {
      try {
        return await hearMessage(db, message);
      } catch (error) {
        const again =
          error instanceof DatabaseError &&
          (error.code === 'unreachable' || error.code === 'conflict');
        if (!again) throw error;
        if (error.code === 'conflict' && tries === conflictsMax) return 'later';
        if (tries === 0) {
          const { deviceId } = message;
          this.#options.observe({ kind: 'problem', where: 'inbound', deviceId, error });
        }
        await clock.sleep(durationMs(Math.min(backoffFirst * 2 ** tries, backoffMax)), giveUp);
      }
    }
  }
}

function report(
  outcome: HearOutcome,
  { deviceId, observe }: { deviceId: DeviceId; observe: Observe },
): void {
  switch (outcome.kind) {
    case 'repeated':
      return;
    case 'replied': {
      const { runsExited } = outcome;
      return observe({ kind: 'contact.replied', deviceId, runsExited });
    }
    case 'opted_out': {
      const { isNew, runsExited } = outcome;
      return observe({ kind: 'contact.opted_out', deviceId, isNew, runsExited });
    }
    default:
      assertNever(outcome);
  }
}
