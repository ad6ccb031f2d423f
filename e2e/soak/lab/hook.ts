/**
 * Loaded into workers of the soak with `--import`, before their own code: lets the nemesis block their event loop and
 * shift their wall clock. On SIGUSR2 it carries out the order in the file that SOAK_ORDERS names.
 */
import { readFileSync } from 'node:fs';

/** `stall`: block the event loop for so many ms. `shift`: the wall clock reads so many ms more from now on. */
export type HookOrder = Readonly<{ kind: 'stall' | 'shift'; ms: number }>;

const ordersFile = process.env['SOAK_ORDERS'];
const SystemDate = Date;
let shift = 0;

/** Only the wall clock: `performance.now()` and timers run on the monotonic one, as after a step of the system's clock. */
globalThis.Date = new Proxy(SystemDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [target.now() + shift] : args, newTarget) as Date,
  apply: (target) => new target(target.now() + shift).toString(),
  get: (target, key) =>
    key === 'now' ? () => target.now() + shift : (Reflect.get(target, key) as unknown),
});

if (ordersFile !== undefined) {
  process.on('SIGUSR2', () => {
    const { kind, ms } = JSON.parse(readFileSync(ordersFile, 'utf8')) as HookOrder;
    if (kind === 'shift') shift = ms;
    // Unlike a busy loop it leaves the processor to the others.
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  });
}
