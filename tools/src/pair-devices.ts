import { setTimeout as sleep } from 'node:timers/promises';
import { openKeyring } from '@dripfleet/credentials';
import { readPairing, requestPairing } from '@dripfleet/operations';
import { openDatabase } from '@dripfleet/store';

export type PairOptions = Readonly<{
  databaseUrl: string;
  keyFile: string;
  /** The simulator's control API; its phones scan what the workers show. */
  simulatorUrl: string;
  /** Phones by the name of the device. */
  devices: ReadonlyMap<string, string>;
  signal: AbortSignal;
  onPaired(paired: number): void;
}>;

/** Nothing new for so long: it is not going to come. */
const stalledAfter = 90_000;

/** Pairs devices as an operator does, one QR each, and scans each as its phone would. Throws when one can't be paired. */
export async function pairDevices(options: PairOptions): Promise<void> {
  const { databaseUrl: url, devices, signal, onPaired } = options;
  const keyring = await openKeyring(options.keyFile);
  const db = openDatabase({ url, applicationName: 'demo', connectionsMax: 2 });
  try {
    for (const device of devices.keys()) {
      const outcome = await requestPairing(db, { device, method: 'qr', actor: 'demo' });
      if (outcome.kind !== 'requested')
        throw new Error(`${device} can't be paired: ${outcome.kind}`);
    }
    const left = new Map(devices);
    const scanned = new Map<string, string>();
    let last = Date.now();
    while (left.size > 0) {
      signal.throwIfAborted();
      for (const [device, phone] of left) {
        const pairing = await readPairing(db, keyring, device);
        if (pairing.kind === 'failed') throw new Error(`${device}: ${pairing.reason}`);
        if (pairing.kind === 'paired') {
          left.delete(device);
          last = Date.now();
          onPaired(devices.size - left.size);
        } else if (pairing.kind === 'waiting' && scanned.get(device) !== pairing.content) {
          scanned.set(device, pairing.content);
          await scan(options.simulatorUrl, { qr: pairing.content, device: phone });
        }
      }
      if (Date.now() - last > stalledAfter) throw new Error(`${left.size} devices were not paired`);
      await sleep(100, undefined, { signal });
    }
  } finally {
    await db.close();
  }
}

/** A QR that has rotated meanwhile is refused; the next one comes. */
async function scan(simulatorUrl: string, seen: { qr: string; device: string }): Promise<void> {
  await fetch(`${simulatorUrl}/scan`, { method: 'POST', body: JSON.stringify(seen) });
}
