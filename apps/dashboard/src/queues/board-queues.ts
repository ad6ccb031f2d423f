import type { createBullBoard } from '@bull-board/api';
import { deviceId } from '@dripfleet/domain';
import type { openRedis } from '@dripfleet/fleet';
import { openQueueView } from '@dripfleet/queue';
import type { FleetWatch } from '../fleet/fleet-watch.ts';
import type { FleetDevice } from '../wire.ts';
import { pageQueue } from './answer-cache.ts';
import { DeviceQueueAdapter } from './device-queue-adapter.ts';
import { devicesInScope, readQueueScope } from './queue-scope.ts';

type Board = Pick<ReturnType<typeof createBullBoard>, 'addQueue' | 'removeQueue'>;
type BoardRequest = Readonly<{ headers: Record<string, string | undefined> }>;

export type BoardQueuesDeps = Readonly<{
  redis: ReturnType<typeof openRedis>;
  watch: FleetWatch;
  board: Board;
}>;

/**
 * The queues of the board, a device's each and called as the device is; they come and go with the devices. And which of them
 * a browser sees.
 */
export class BoardQueues {
  readonly #deps: BoardQueuesDeps;
  /** Ids by name of the devices whose queues are on the board: a name may pass to another device. */
  readonly #known = new Map<string, number>();
  /** What a request sees; the board asks for each queue by itself. */
  readonly #views = new WeakMap<BoardRequest, ReadonlySet<string>>();
  #fleet: ReadonlyMap<string, FleetDevice> = new Map();

  constructor(deps: BoardQueuesDeps) {
    this.#deps = deps;
  }

  /** Follows the fleet as of a second ago at most. Throws `DatabaseError`. */
  async refresh(): Promise<void> {
    const { devices } = await this.#deps.watch.snapshot();
    this.#fleet = new Map(devices.map((device) => [device.name, device]));
    for (const [name, id] of this.#known) if (this.#fleet.get(name)?.id !== id) this.#remove(name);
    for (const device of devices) if (!this.#known.has(device.name)) this.#add(device);
  }

  #add({ id, name }: FleetDevice): void {
    const { redis, board } = this.#deps;
    const queue = openQueueView(redis, deviceId(id));
    const adapter = new DeviceQueueAdapter(queue, { name, find: () => this.#fleet.get(name) });
    adapter.setVisibilityGuard((request: BoardRequest) => this.#viewOf(request).has(name));
    board.addQueue(adapter);
    this.#known.set(name, id);
  }

  #remove(name: string): void {
    this.#deps.board.removeQueue(name);
    this.#known.delete(name);
  }

  #viewOf(request: BoardRequest): ReadonlySet<string> {
    const found = this.#views.get(request);
    if (found) return found;
    const { cookie, referer } = request.headers;
    const shown = devicesInScope([...this.#fleet.values()], readQueueScope(cookie));
    const view = new Set([...shown.map(({ name }) => name), pageQueue(referer)]);
    this.#views.set(request, view);
    return view;
  }
}
