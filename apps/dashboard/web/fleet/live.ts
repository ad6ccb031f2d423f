import type { FleetEvents } from '../../src/wire.ts';

export type LiveEvent = {
  [Kind in keyof FleetEvents]: Readonly<{ kind: Kind; data: FleetEvents[Kind] }>;
}[keyof FleetEvents];

/**
 * - `connecting` nothing was heard yet
 * - `live` a snapshot came, and changes follow
 * - `reconnecting` the stream broke: what is shown may be old
 * - `resting` the page is hidden, and the stream closed
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'resting';

type LiveOptions = Readonly<{
  url: string;
  onEvent(event: LiveEvent): void;
  onState(state: LiveState): void;
  /** Asked when the server refuses the stream: the browser does not tell why. It leaves the page if the login is over. */
  checkLogin(): Promise<unknown>;
}>;

const kinds = ['snapshot', 'delta', 'pulse'] as const satisfies readonly LiveEvent['kind'][];
/** The page may be hidden for this long before the stream is closed (ms): a glance at another tab costs no snapshot. */
const hiddenGrace = 5_000;
/** A pulse comes about once a second; after this long without a word the connection is dead, whatever it says (ms). */
const silenceMax = 20_000;
const silenceCheck = 5_000;
const retryFirst = 1_000;
const retryMost = 15_000;

/** The stream of events: opened again when it breaks or falls silent, closed while nobody looks. */
export class Live {
  readonly #options: LiveOptions;
  #source: EventSource | undefined;
  #state: LiveState = 'connecting';
  #heardAt = 0;
  #retryDelay = retryFirst;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** For as long as the page lives. */
  start(): void {
    document.addEventListener('visibilitychange', () => this.#followVisibility());
    setInterval(() => this.#checkSilence(), silenceCheck);
    if (document.visibilityState === 'visible') this.#open();
    else this.#setState('resting');
  }

  #open(): void {
    this.#close();
    this.#heardAt = performance.now();
    const source = new EventSource(this.#options.url);
    this.#source = source;
    for (const kind of kinds)
      source.addEventListener(kind, (event: MessageEvent<string>) => this.#hear(kind, event.data));
    source.addEventListener('error', () => this.#fail(source));
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#source?.close();
    this.#source = undefined;
  }

  #hear(kind: LiveEvent['kind'], text: string): void {
    this.#heardAt = performance.now();
    if (kind === 'snapshot') {
      this.#retryDelay = retryFirst;
      this.#setState('live');
    }
    this.#options.onEvent({ kind, data: JSON.parse(text) });
  }

  #fail(source: EventSource): void {
    if (source !== this.#source) return;
    this.#setState('reconnecting');
    // Otherwise the browser connects again by itself.
    if (source.readyState === EventSource.CLOSED) void this.#openLater();
  }

  async #openLater(): Promise<void> {
    this.#close();
    this.#retry = setTimeout(() => this.#open(), this.#retryDelay);
    this.#retryDelay = Math.min(this.#retryDelay * 2, retryMost);
    // Only the login matters here; that the server does not answer the stream has shown already.
    await this.#options.checkLogin().catch(() => {});
  }

  #followVisibility(): void {
    clearTimeout(this.#rest);
    if (document.visibilityState === 'hidden')
      this.#rest = setTimeout(() => {
        this.#close();
        this.#setState('resting');
      }, hiddenGrace);
    else if (this.#state === 'resting') {
      this.#setState('reconnecting');
      this.#open();
    }
  }

  #checkSilence(): void {
    if (!this.#source || performance.now() - this.#heardAt < silenceMax) return;
    this.#setState('reconnecting');
    this.#open();
  }

  #setState(state: LiveState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
