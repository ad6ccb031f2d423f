import type { PhoneNumber } from '@dripfleet/domain';
import type { FrameFate } from '../network/simulated-network.ts';
import type { CallFate, Outage, Weather } from '../processes/link.ts';
import type { SimulatedProcess } from '../processes/simulated-process.ts';
import type { Conditions } from '../processes/world.ts';

/** A call that something will befall: the next one of this name by a process of this kind. */
export type Trap = Readonly<{ call: string; fate: CallFate }>;

/** What fails now: the nemesis sets it, the links ask it. */
export class Storm implements Conditions {
  postgresOutage: Outage | undefined;
  redisOutage: Outage | undefined;
  readonly postgresCuts = new Map<SimulatedProcess, Outage>();
  readonly redisCuts = new Map<SimulatedProcess, Outage>();
  readonly networkCuts = new Set<SimulatedProcess>();
  slowness = 1;
  lossRate = 0;
  readonly #frames = new Map<PhoneNumber, FrameFate>();
  readonly #traps: Trap[] = [];
  /** The contact whose messages kill whoever is about to write one. */
  poisonedContact: string | undefined;
  /** Processes that died of it. */
  poisonings = 0;
  /** Called for each trap that closed. */
  onSprung: (trap: Trap, process: SimulatedProcess) => void = () => {};
  /** Called for each frame that something befell. */
  onFrame: (fate: FrameFate) => void = () => {};

  postgres(process: SimulatedProcess): Weather {
    return this.#weather(this.postgresOutage ?? this.postgresCuts.get(process));
  }

  redis(process: SimulatedProcess): Weather {
    return this.#weather(this.redisOutage ?? this.redisCuts.get(process));
  }

  isCutOffFromNetwork(process: SimulatedProcess): boolean {
    return this.networkCuts.has(process);
  }

  fateOfCall(process: SimulatedProcess, call: string): CallFate | undefined {
    // Whoever is at the command line sees the command through.
    if (this.#traps.length === 0 || process.kind === 'operator') return undefined;
    const place = this.#traps.findIndex((trap) => trap.call === call);
    const trap = this.#traps[place];
    if (!trap) return undefined;
    this.#traps.splice(place, 1);
    this.onSprung(trap, process);
    return trap.fate;
  }

  beforeSend(process: SimulatedProcess, to: string): void {
    if (to !== this.poisonedContact) return;
    this.poisonings += 1;
    process.kill();
  }

  /** What becomes of the next frame of a device. */
  setFrameFate(device: PhoneNumber, fate: FrameFate): void {
    this.#frames.set(device, fate);
  }

  takeFrameFate(device: PhoneNumber): FrameFate {
    const fate = this.#frames.get(device) ?? 'accepted';
    this.#frames.delete(device);
    if (fate !== 'accepted') this.onFrame(fate);
    return fate;
  }

  setTrap(trap: Trap): void {
    this.#traps.push(trap);
  }

  /** Fair weather from now on; what is poisonous stays so. */
  calm(): void {
    this.postgresOutage = undefined;
    this.redisOutage = undefined;
    this.postgresCuts.clear();
    this.redisCuts.clear();
    this.networkCuts.clear();
    this.slowness = 1;
    this.lossRate = 0;
    this.#frames.clear();
    this.#traps.length = 0;
  }

  #weather(outage: Outage | undefined): Weather {
    return { outage, slowness: this.slowness, lossRate: this.lossRate };
  }
}
