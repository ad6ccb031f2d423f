import { setTimeout as sleep } from 'node:timers/promises';
import { durationMs } from '@dripfleet/domain';
import { listDevices } from '@dripfleet/operations';
import type { Database } from '@dripfleet/store';

import type { Struck } from '../action-log.ts';
import { type Links } from './links.ts';
import type { Member } from './member.ts';

/** How long to ask Postgres who owns what, ms: it may be struck itself. */
const askMax = 2_000;

/** The workers and schedulers of a run, and which devices a worker owns. */
export class Fleet {
  readonly workers: readonly Member[];
  readonly schedulers: readonly Member[];
  readonly #db: Database;

  constructor({ workers, schedulers, db }: FleetParts) {
    this.workers = workers;
    this.schedulers = schedulers;
    this.#db = db;
  }

  get members(): readonly Member[] {
    return [...this.workers, ...this.schedulers];
  }

  get links(): readonly Links[] {
    return this.members.map(({ links }) => links);
  }

  /** Phones of the devices that a worker owns at this moment; all when Postgres can't tell. */
  async devicesOf({ worker }: Member): Promise<Struck> {
    const answer = new AbortController();
    const asked = listDevices(this.#db, { selector: { kind: 'all' }, steal: durationMs(60_000) })
      .then((lines) => lines.filter(({ owner }) => owner?.worker === worker))
      .then((lines) => lines.flatMap(({ phone }) => phone ?? []))
      .catch((): Struck => 'all');
    const tooLong = sleep(askMax, 'all' as const, { signal: answer.signal }).catch(
      () => 'all' as const,
    );
    const devices = await Promise.race([asked, tooLong]);
    answer.abort();
    return devices;
  }
}

type FleetParts = Readonly<{
  workers: readonly Member[];
  schedulers: readonly Member[];
  db: Database;
}>;
