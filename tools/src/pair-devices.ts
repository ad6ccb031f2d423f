import { setTimeout as sleep } from 'node:timers/promises';
import { type Keyring, openKeyring } from '@dripfleet/credentials';
import { readPairing, requestPairing } from '@dripfleet/operations';
import { type Database, openDatabase } from '@dripfleet/store';

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

/** Requests at once: each stands for minutes only, and workers link devices in turn. */
const wave = 50;

/** Pairs devices as an operator does, one QR each, and scans each as its phone would. Throws when one can't be paired. */
export async function pairDevices(options: PairOptions): Promise<void> {
  const { databaseUrl: url, devices, onPaired } = options;
  const keyring = await openKeyring(options.keyFile);
  const db = openDatabase({ url, applicationName: 'demo', connectionsMax: 2 });
  try {
    const all = [...devices];
    for (let at = 0; at < all.length; at += wave) {
      const left = new Map(all.slice(at, at + wave));
      const paired = at + left.size;
      await pairWave({ ...options, db, keyring, left, onLeft: (n) => onPaired(paired - n) });
    }
  } finally {
    await db.close();
  }
}

type Wave = Pick<PairOptions, 'simulatorUrl' | 'signal'> &
  Readonly<{
    db: Database;
    keyring: Keyring;
    left: Map<string, string>;
    onLeft(devices: number): void;
  }>;

async function pairWave({ db, keyring, left, ...options }: Wave): Promise<void> {
  const { simulatorUrl, signal, onLeft } = options;
  for (const device of left.keys()) {
    const outcome = await requestPairing(db, { device, method: 'qr', actor: 'demo' });
    if (outcome.kind !== 'requested') throw new Error(`${device} can't be paired: ${outcome.kind}`);
  }
  const scanned = new Map<string, string>();
  let last = Date.now();
  while (left.size > 0) {
    signal.throwIfAborted();
    for (const [device, phone] of left) {
      const pairing = await readPairing(db, keyring, device);
      if (pairing.kind === 'failed') throw new Error(`${device}: ${pairing.reason}`);
      if (pairing.kind === 'expired') throw new Error(`${device}: nobody linked it in time`);
      if (pairing.kind === 'paired') {
        left.delete(device);
        last = Date.now();
        onLeft(left.size);
      } else if (pairing.kind === 'waiting' && scanned.get(device) !== pairing.content) {
        scanned.set(device, pairing.content);
        await scan(simulatorUrl, { qr: pairing.content, device: phone });
      }
    }
    if (Date.now() - last > stalledAfter) throw new Error(`${left.size} devices were not paired`);
    await sleep(100, undefined, { signal });
  }
}

/** A QR that has rotated meanwhile is refused; the next one comes. */
async function scan(simulatorUrl: string, seen: { qr: string; device: string }): Promise<void> {
  await fetch(`${simulatorUrl}/scan`, { method: 'POST', body: JSON.stringify(seen) });
}
