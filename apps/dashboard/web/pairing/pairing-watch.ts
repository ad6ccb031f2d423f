import { signal } from '@preact/signals';
import type { PairingBody, PairingView } from '../../src/wire.ts';
import { type Api, errorText } from '../page/api.ts';

export type PairingState =
  /** Nothing was asked for. */
  | Readonly<{ kind: 'idle' }>
  | Readonly<{ kind: 'asking' }>
  | Readonly<{ kind: 'refused'; problem: string }>
  | Readonly<{
      kind: 'told';
      view: PairingView;
      /** When the answer came; ms since the page was opened. */
      readAt: number;
      /** The last look failed; another follows. */
      problem?: string;
    }>;

/** Between an answer and the next look (ms). A QR rotates every 20 s or so; it is worth scanning until then. */
const lookInterval = 1_000;

/** A pairing as it goes on, from the request until somebody linked the device, gave up or looks no more. */
export class PairingWatch {
  readonly #api: Api;
  readonly #device: string;
  readonly #state = signal<PairingState>({ kind: 'idle' });
  /** Answers to an older request than the last are dropped. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** A new request must not be taken back by what was sent before it. */
  #cancelled: Promise<void> = Promise.resolve();

  /** `device`: its name. */
  constructor(api: Api, device: string) {
    this.#api = api;
    this.#device = device;
  }

  get state(): PairingState {
    return this.#state.value;
  }

  /** Replaces what was asked for before. */
  async ask(body: PairingBody): Promise<void> {
    const turn = this.#nextTurn();
    this.#state.value = { kind: 'asking' };
    await this.#cancelled;
    try {
      this.#take(turn, await this.#api.requestPairing(this.#device, body));
    } catch (error) {
      if (turn === this.#turn) this.#state.value = { kind: 'refused', problem: errorText(error) };
    }
  }

  /** What is still on a screen somewhere must be of no use any more. */
  cancel(): void {
    const state = this.#state.peek();
    this.#nextTurn();
    this.#state.value = { kind: 'idle' };
    const isUnderway = state.kind === 'asking' || (state.kind === 'told' && isOpen(state.view));
    // If this does not arrive, the request runs out by itself.
    if (isUnderway) this.#cancelled = this.#api.cancelPairing(this.#device).catch(() => {});
  }

  #nextTurn(): number {
    clearTimeout(this.#timer);
    this.#turn += 1;
    return this.#turn;
  }

  #take(turn: number, view: PairingView): void {
    if (turn !== this.#turn) return;
    this.#state.value = { kind: 'told', view, readAt: performance.now() };
    if (isOpen(view)) this.#lookLater(turn);
  }

  #lookLater(turn: number): void {
    this.#timer = setTimeout(() => void this.#look(turn), lookInterval);
  }

  async #look(turn: number): Promise<void> {
    try {
      this.#take(turn, await this.#api.findPairing(this.#device));
    } catch (error) {
      const state = this.#state.peek();
      if (turn !== this.#turn || state.kind !== 'told') return;
      this.#state.value = { ...state, problem: errorText(error) };
      this.#lookLater(turn);
    }
  }
}

/** Whether more is to be heard of it. */
function isOpen({ kind }: PairingView): boolean {
  return kind === 'requested' || kind === 'waiting' || kind === 'unreadable';
}
