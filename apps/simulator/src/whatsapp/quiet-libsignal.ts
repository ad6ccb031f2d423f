/**
 * Takes the console away from this process: libsignal prints session records with private keys in them.
 *
 * The simulator itself logs elsewhere.
 */
export function quietLibsignal(): void {
  for (const method of ['log', 'info', 'warn', 'error', 'debug']) {
    Reflect.set(globalThis.console, method, () => {});
  }
}
