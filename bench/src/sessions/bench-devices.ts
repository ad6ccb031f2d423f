import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyFile, type Keyring, openKeyring } from '@dripfleet/credentials';
import { addDevices, importSession, type NewDevice, planDeviceNames } from '@dripfleet/operations';
import type { Database } from '@dripfleet/store';
import type { HostDevice } from './host-messages.ts';
import { makeIdentity } from './make-identity.ts';

const actor = 'bench';
const firstPhone = '+15570000001';

/** Devices that look paired, in the database of this run, with real credentials under a key file of its own. */
export class BenchDevices {
  readonly keyFile: string;
  readonly #db: Database;
  readonly #keyring: Keyring;
  readonly #folder: string;
  readonly #names: readonly NewDevice[];
  readonly #devices: HostDevice[] = [];

  private constructor(
    db: Database,
    keyring: Keyring,
    plan: { folder: string; names: readonly NewDevice[] },
  ) {
    this.#db = db;
    this.#keyring = keyring;
    this.keyFile = keyring.file;
    this.#folder = plan.folder;
    this.#names = plan.names;
  }

  /** Makes a key file in `folder`, and no device yet. */
  static async open(
    db: Database,
    { folder, max }: { folder: string; max: number },
  ): Promise<BenchDevices> {
    const keyFile = join(folder, 'credentials.key');
    await createKeyFile(keyFile);
    const names = planDeviceNames({ kind: 'series', prefix: 'bench-', count: max }, firstPhone);
    return new BenchDevices(db, await openKeyring(keyFile), { folder, names });
  }

  /** The first `count` of those there are. */
  first(count: number): readonly HostDevice[] {
    return this.#devices.slice(0, count);
  }

  /** Sees that there are `count` of them; returns those that are new. A worker keeps every device connected that there is. */
  async grow(count: number): Promise<readonly HostDevice[]> {
    const devices = this.#names.slice(this.#devices.length, count);
    if (devices.length === 0) return [];
    const labels = { 'keep-online': 'yes' };
    await addDevices(this.#db, { devices, labels, pacing: {}, actor });
    const added: HostDevice[] = [];
    for (const device of devices) added.push(await this.#import(device));
    this.#devices.push(...added);
    return added;
  }

  /** As an operator imports the session of another program. */
  async #import({ name, phone }: NewDevice): Promise<HostDevice> {
    if (phone === undefined) throw new Error('unreachable: the series has numbers');
    const folder = await mkdtemp(join(this.#folder, 'session-'));
    try {
      await writeFile(join(folder, 'creds.json'), await makeIdentity(phone));
      const request = { device: name, folder, actor };
      const imported = await importSession(this.#db, this.#keyring, request);
      if (imported.kind !== 'imported') throw new Error(`not imported: ${imported.reason}`);
      return { deviceId: imported.deviceId, phone };
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}
