import { runSql } from '@dripfleet/testkit';
import type { DrillLab } from './open-drill-lab.ts';

/** Who owns how much at one instant, as Postgres says. */
export type Ownership = Readonly<{
  /** Devices with a live owner. */
  owned: number;
  /** Devices of the live worker that has most. */
  most: number;
  /** Live workers. */
  workers: number;
  /** Claims so far, of all devices together. */
  claims: number;
}>;

/** A worker not heard from for so long is dead, as in production. */
const steal = "interval '24 s'";

export async function readOwnership({ databaseUrl }: DrillLab): Promise<Ownership> {
  const [row] = await runSql<Record<'owned' | 'most' | 'workers' | 'claims', number>>(
    databaseUrl,
    `with worker as (select id from workers where last_heartbeat_at > now() - ${steal}),
          share as (select count(*)::int as devices from devices join worker on worker.id = owner_worker_id group by worker.id)
     select coalesce((select sum(devices) from share), 0)::int as owned, coalesce((select max(devices) from share), 0)::int as most,
            (select count(*) from worker)::int as workers, (select sum(owner_epoch) from devices)::int as claims`,
  );
  if (!row) throw new Error('Postgres said nothing');
  return row;
}

/** Looks at who owns what as long as a drill runs, and remembers the most that any worker ever had. */
export class OwnershipWatch {
  readonly #lab: DrillLab;
  #most = 0;

  constructor(lab: DrillLab) {
    this.#lab = lab;
  }

  get most(): number {
    return this.#most;
  }

  async read(): Promise<Ownership> {
    const ownership = await readOwnership(this.#lab);
    this.#most = Math.max(this.#most, ownership.most);
    return ownership;
  }
}
