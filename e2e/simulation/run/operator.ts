import { type DeviceId, deviceId, durationMs, stepKey } from '@dripfleet/domain';
import { controlChannel } from '@dripfleet/fleet';
import { applySequence, suppressPhone, switchSequence } from '@dripfleet/operations';
import { nudgeChannel } from '@dripfleet/queue';
import { drainDevices, drainUnownedDevice, pauseDevices, resumeDevices } from '@dripfleet/store';
import type { ProcessDatabase } from '../processes/process-database.ts';
import { SimulatedProcess } from '../processes/simulated-process.ts';
import { openDatabase, openRedis, workerSettings } from '../processes/worker-process.ts';
import type { World } from '../processes/world.ts';
import type { ProcessRedis } from '../redis/process-redis.ts';
import type { PlannedSequence } from './plan.ts';

const actor = 'simulation';
const retryPause = durationMs(2_000);

/** Somebody at the command line: repeats what failed until it was done, one thing after another. */
export class Operator {
  readonly #process: SimulatedProcess;
  readonly #db: ProcessDatabase;
  readonly #redis: ProcessRedis;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #edits = 0;

  constructor(world: World) {
    const { time, random } = world;
    this.#process = new SimulatedProcess('operator', 'operator', { time, random });
    this.#db = openDatabase(world, this.#process, { patience: 17_000 });
    this.#redis = openRedis(world, this.#process);
  }

  /** Whether all that was asked for is done. */
  get isIdle(): boolean {
    return this.#waiting === 0;
  }

  suppress(phone: string): void {
    this.#do(() => suppressPhone(this.#db, { phone, reason: 'operator', actor }));
  }

  pause(device: number): void {
    this.#change(device, (id) => pauseDevices(this.#db, [id], { actor }));
  }

  resume(device: number): void {
    this.#change(device, (id) => resumeDevices(this.#db, [id], { actor }));
  }

  drain(device: number): void {
    this.#change(device, async (id) => {
      await drainDevices(this.#db, [id], { actor });
      await drainUnownedDevice(this.#db, id, workerSettings.STEAL_AFTER);
    });
  }

  switchSequence(name: string, status: 'active' | 'paused'): void {
    this.#do(() => switchSequence(this.#db, { name, status, actor }));
  }

  /** Publishes an edition with other texts; whoever is under way keeps the one that they began with. */
  edit({ name, definition }: Pick<PlannedSequence, 'name' | 'definition'>): void {
    this.#edits += 1;
    const edit = this.#edits;
    const steps = definition.steps.map((step) => ({
      ...step,
      key: stepKey(`${step.key}-${edit}`),
      text: `${step.text}, edition ${edit}`,
    }));
    const edited = { ...definition, steps };
    this.#do(() => applySequence(this.#db, { name, definition: edited, actor }));
  }

  end(): void {
    this.#process.kill();
  }

  #change(device: number, change: (id: DeviceId) => Promise<unknown>): void {
    const id = deviceId(device);
    this.#do(async () => {
      await change(id);
      this.#redis.announce(controlChannel, [id]);
      this.#redis.announce(nudgeChannel, [id]);
    });
  }

  #do(work: () => Promise<unknown>): void {
    this.#waiting += 1;
    this.#last = this.#doAfter(this.#last, work);
  }

  async #doAfter(before: Promise<void>, work: () => Promise<unknown>): Promise<void> {
    await before;
    await this.#untilDone(work);
    this.#waiting -= 1;
  }

  async #untilDone(work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch {
        await this.#process.clock.sleep(retryPause, new AbortController().signal);
      }
    }
  }
}
