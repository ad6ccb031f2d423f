const methods = ['debug', 'log', 'info', 'warn', 'error'] as const;
const quiet = Symbol.for('dripfleet.quiet-libsignal');

/**
 * Drops what libsignal prints: it hands whole session records, private keys included, to `console` when a session is
 * opened or closed. Everybody else's output stays. Once for each console; later calls do nothing.
 *
 * Told by the caller, not by the content, of which there is no list. Where no caller can be seen nothing is printed.
 */
export function quietLibsignal(target: Console = console): void {
  if (quiet in target) return;
  Object.defineProperty(target, quiet, { value: true });
  for (const method of methods) {
    const print = target[method].bind(target);
    target[method] = (...args: unknown[]) => {
      if (!calledByLibsignal()) print(...args);
    };
  }
}

function calledByLibsignal(): boolean {
  const stack = new Error('caller').stack?.split('\n').slice(1) ?? [];
  return stack.length < 3 || stack.some((frame) => /[\\/]libsignal[\\/]/.test(frame));
}
