import { type Clock, durationMs } from '@dripfleet/domain';

/** An outage for everybody ends sooner, most often; and nobody would be better off with the devices. */
const patience = durationMs(60_000);

/** Since when this worker has had no answer from Redis. */
export class RedisWatch {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #downSince: number | undefined;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  get isUp(): boolean {
    return this.#downSince === undefined;
  }

  /** Away for so long that a worker who reaches it should have the devices. */
  get isLost(): boolean {
    return this.#downSince !== undefined && this.#clock.monotonic() - this.#downSince >= patience;
  }

  heard(answered: boolean): void {
    if (answered) this.#downSince = undefined;
    else this.#downSince ??= this.#clock.monotonic();
  }
}
