/** Immediates that were asked for and have not run: what waits for one has not settled. */
let pending = 0;
let isCounting = false;
const realSetImmediate = globalThis.setImmediate;

/** From now on this thread's immediates are counted; they run as ever. Repeating it changes nothing. */
export function countImmediates(): void {
  if (isCounting) return;
  isCounting = true;
  const counted = (run: (...given: unknown[]) => void, ...given: unknown[]) => {
    pending += 1;
    return realSetImmediate(() => {
      pending -= 1;
      run(...given);
    });
  };
  globalThis.setImmediate = Object.assign(counted, realSetImmediate);
}

/**
 * Calls `then` when nothing more can happen by itself: no microtask and no immediate waits. What the engine does between
 * two instants is promises and, in the group commit, an immediate; all else comes from the simulation.
 */
export function whenSettled(then: () => void): void {
  // A tick that a microtask asks for comes after the last microtask, those that are queued meanwhile included.
  queueMicrotask(() => {
    process.nextTick(() => {
      if (pending > 0) realSetImmediate(() => whenSettled(then));
      else then();
    });
  });
}

/** Lets the thread do other things, such as answer its parent. */
export function takeBreath(then: () => void): void {
  realSetImmediate(then);
}
