import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyFile } from '@dripfleet/credentials';
import { durationMs } from '@dripfleet/domain';
import { listDevices, readStats } from '@dripfleet/operations';
import { type Database, openDatabase } from '@dripfleet/store';
import { AppProcess, type Cleanup, dripfleet, openServers } from '@dripfleet/tools';
import type { TransportName } from './crash-case.ts';
import {
  type Arrival,
  type LabDevice,
  sequenceName,
  sequenceYaml,
  writeContacts,
} from './crash-plan.ts';
import { Crasher } from './crasher.ts';

/** A worker is silent for `FENCE_AFTER` before it stops by itself; its devices are others' after `stealAfter`, ms. */
export const stealAfter = 14_000;
const timings = { HEARTBEAT_INTERVAL: '500ms', FENCE_AFTER: '4s', STEAL_AFTER: '14s' };

export type LabOptions = Readonly<{
  transport: TransportName;
  env: NodeJS.ProcessEnv;
  /** How long a recipient's phone takes to report a message, ms. */
  receiptDelay: number;
  cleanup: Cleanup;
  say: (line: string) => void;
}>;

/** A fleet of real processes in which some are to crash: servers, network, operator. */
export class CrashLab {
  readonly env: NodeJS.ProcessEnv;
  readonly ledger: string;
  readonly planFile: string;
  readonly simulatorUrl: string;
  readonly db: Database;
  readonly #folder: string;
  readonly #cleanup: Cleanup;

  private constructor(parts: {
    env: NodeJS.ProcessEnv;
    folder: string;
    simulatorUrl: string;
    db: Database;
    cleanup: Cleanup;
  }) {
    this.env = parts.env;
    this.#folder = parts.folder;
    this.#cleanup = parts.cleanup;
    this.simulatorUrl = parts.simulatorUrl;
    this.db = parts.db;
    this.ledger = join(parts.folder, 'ledger.jsonl');
    this.planFile = join(parts.folder, 'plan.jsonl');
  }

  static async open({
    transport,
    receiptDelay,
    cleanup,
    ...options
  }: LabOptions): Promise<CrashLab> {
    const servers = await openServers(options.env, {
      say: options.say,
      onFailure: (error) => cleanup.abort(error),
    });
    cleanup.add(() => servers.stop());
    const folder = mkdtempSync(join(tmpdir(), 'dripfleet-crash-'));
    cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
    const keyFile = join(folder, 'credentials.key');
    await createKeyFile(keyFile);
    const base: NodeJS.ProcessEnv = {
      ...options.env,
      ...timings,
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redisUrl,
      PORT: '0',
      LOG_LEVEL: 'error',
      TRIGGER_INTERVAL: '1s',
      OPT_OUT_CONFIRMATION: 'off',
      TRANSPORT: transport,
      CREDENTIALS_KEY_FILE: keyFile,
    };
    await dripfleet(['migrate'], base);
    const simulator = await AppProcess.start('simulator', {
      name: 'simulator',
      env: base,
      args: [
        '--port',
        '0',
        '--ledger',
        join(folder, 'ledger.jsonl'),
        '--receipt-delay',
        String(receiptDelay),
      ],
    });
    cleanup.add(() => simulator.stop());
    const host = `127.0.0.1:${simulator.facts['port']}`;
    const env = { ...base, SIMULATOR_URL: `ws://${host}`, WHATSAPP_URL: `ws://${host}/ws/chat` };
    const db = openDatabase({
      url: servers.databaseUrl,
      applicationName: 'crash',
      connectionsMax: 2,
    });
    cleanup.add(() => db.close());
    return new CrashLab({ env, folder, simulatorUrl: `http://${host}`, db, cleanup });
  }

  /** Adds devices, publishes the sequence. */
  async addDevices(count: number): Promise<readonly LabDevice[]> {
    const series = ['--count', String(count), '--prefix', 'crash-', '--phone', '+15550000001'];
    await dripfleet(
      ['device', 'add', ...series, '--cap', '100/10s', '--gap', '20ms-60ms'],
      this.env,
    );
    const file = join(this.#folder, 'crash.yaml');
    writeFileSync(file, sequenceYaml());
    await dripfleet(['sequence', 'apply', file, '-q'], this.env);
    const lines = await listDevices(this.db, {
      selector: { kind: 'all' },
      steal: durationMs(stealAfter),
    });
    return lines.map(({ deviceId, name, phone }) => ({ id: deviceId, name, phone: phone ?? '' }));
  }

  /** Enrolls the contacts of these devices; from now on the devices are wanted. */
  async enroll(devices: readonly LabDevice[], arrival?: Arrival): Promise<void> {
    const file = join(this.#folder, 'contacts.csv');
    writeContacts(file, devices, arrival);
    await dripfleet(['import', sequenceName, file, '-q'], this.env);
  }

  /** Resolves when all these devices are connected. */
  async untilConnected(devices: readonly LabDevice[], signal: AbortSignal): Promise<void> {
    const names = devices.map(({ name }) => name);
    const request = { steal: durationMs(stealAfter), session: 'open' } as const;
    for (;;) {
      const selector = { kind: 'names', names } as const;
      if ((await listDevices(this.db, { ...request, selector })).length === names.length) return;
      await sleep(200, undefined, { signal });
    }
  }

  async startApp(app: 'worker' | 'scheduler', name: string): Promise<AppProcess> {
    const started = await AppProcess.start(app, { name, env: this.env });
    this.#cleanup.add(() => started.stop());
    return started;
  }

  /** A process that kills itself; `devices`: all that it sees. */
  startCrasher(app: 'worker' | 'scheduler', { crashAt, contact, devices }: CrashOrder): Crasher {
    const crasher = Crasher.start(app, {
      ...this.env,
      CRASH_AT: crashAt,
      CRASH_DEVICES: devices.map(({ id }) => id).join(','),
      MAX_WORKERS_PER_INSTANCE: String(Math.max(1, devices.length)),
      ...(contact === undefined ? {} : { CRASH_CONTACT: contact }),
    });
    this.#cleanup.add(() => crasher.kill());
    return crasher;
  }

  /** Asks the network for something, by its control API. */
  async tell(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.simulatorUrl}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }

  /** How many contacts are midway, and how many rows wait for an operator. */
  async countLeft(): Promise<{ active: number; held: number }> {
    const { sequenceContacts } = await readStats(this.db, durationMs(stealAfter));
    return { active: sequenceContacts.byStatus.active ?? 0, held: sequenceContacts.held };
  }
}

export type CrashOrder = Readonly<{
  /** `<point>:<n>` */
  crashAt: string;
  /** Only with this contact's message in hand. */
  contact?: string | undefined;
  devices: readonly LabDevice[];
}>;
