import { durationMs } from '@dripfleet/domain';
import { deviceCondition, readFleet } from '@dripfleet/operations';
import { measureDevices } from '@dripfleet/store';
import { runSql } from '@dripfleet/testkit';
import type { Member } from '../../soak/lab/member.ts';
import type { Drill, Stage } from '../drill.ts';
import { judge } from '../lab/judge.ts';
import { type DrillLab, openDrillLab } from '../lab/open-drill-lab.ts';
import { type Ownership, OwnershipWatch } from '../lab/ownership.ts';
import { addDevices } from '../lab/start-load.ts';
import { until, wait } from '../lab/until.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { exactly, type Figure, measured, never, within } from '../report/figure.ts';

const devices = 3_000;
const capacity = 500;
/** As many places as are used before and after the replacement. */
const places = 16;
/** So long without a claim: whoever has too much gives one up every 2 s. */
const calm = 8_000;
/** At one device every 2 s, who has 125 too many needs four minutes. */
const patience = 600_000;

/** Everything that Kubernetes does to the workers, on one machine. */
export const replicasDrill: Drill = {
  name: 'replicas',
  title: 'workers come and go: 1, 2, 6, 8, all replaced one by one, 2',
  setting: `${devices} devices that all want a session, ${capacity} at most for each worker`,
  run: async (stage) => {
    const lab = await openDrillLab(stage, { workers: places, schedulers: 1 });
    const { waves } = await addDevices(lab, { devices, contactsEach: 1, gap: '5s-15s' });
    await wantAll(lab, true);
    await Promise.all(lab.fleet.schedulers.map(async (member) => await member.start()));
    const run = new Run(stage, lab);
    const figures = [
      ...(await run.grow(1)),
      ...(await run.grow(2)),
      ...(await run.growToAll(6)),
      ...(await run.withMessages(async () => await waves.enroll(devices))),
      ...(await run.rebalance(8)),
      ...(await run.replaceAll()),
      ...(await run.shrink(2)),
      ...(await run.everyTurn(async () => await waves.enroll(devices))),
    ];
    const conflicts = lab.ledgerWatch.read().filter(({ event }) => event === 'conflict').length;
    return [
      ...figures,
      exactly(capacity, 'devices of one worker at most, ever', run.most),
      never('two connections of one device', conflicts),
      ...(await judge(lab, { whole: true })),
    ];
  },
};

/** All devices want a session whether or not they have something to do, or only those that do. */
async function wantAll({ databaseUrl }: DrillLab, wanted: boolean): Promise<void> {
  await runSql(
    databaseUrl,
    wanted
      ? `update devices set labels = labels || '{"keep-online":"yes"}'`
      : `update devices set labels = labels - 'keep-online'`,
  );
}

class Run {
  readonly #stage: Stage;
  readonly #lab: DrillLab;
  readonly #watch: OwnershipWatch;
  #alive: Member[] = [];
  /** BUILD_ID of whoever starts next. */
  #build = 'old';
  #next = 0;

  constructor(stage: Stage, lab: DrillLab) {
    this.#stage = stage;
    this.#lab = lab;
    this.#watch = new OwnershipWatch(lab);
  }

  get most(): number {
    return this.#watch.most;
  }

  /** Fewer workers than the fleet needs: they are full, and who waits is known. */
  async grow(workers: number): Promise<readonly Figure[]> {
    await this.#startUntil(workers);
    const { owned } = await this.#settled();
    const name = `${workers} of 6 workers`;
    return [exactly(workers * capacity, `${name}: devices with an owner`, owned)];
  }

  /** As many as the fleet needs. */
  async growToAll(workers: number): Promise<readonly Figure[]> {
    const started = Date.now();
    await this.#startUntil(workers);
    await this.#untilOwned(devices);
    return [within(60_000, `${workers} workers: every device has an owner`, Date.now() - started)];
  }

  /** Devices have something to send while what follows happens. */
  async withMessages(enroll: () => Promise<void>): Promise<readonly Figure[]> {
    await enroll();
    return [];
  }

  /** More than it needs: what moves is what the new ones get. */
  async rebalance(workers: number): Promise<readonly Figure[]> {
    const before = await this.#settled();
    await this.#startUntil(workers);
    const after = await this.#settled();
    const least = (devices / workers) * (workers - before.workers);
    const moved = after.claims - before.claims;
    this.#say(`${moved} devices moved, ${least} had to`);
    return [
      measured(`${before.workers} → ${workers} workers: devices that had to move`, least),
      {
        ...measured('devices that moved', moved),
        limit: { kind: 'guarantee', most: Math.floor(least * 1.1) },
      },
      exactly(devices, 'devices with an owner', after.owned),
    ];
  }

  /** A rolling deploy: one of the new build comes, one of the old goes, until none is left; meanwhile both are at work. */
  async replaceAll(): Promise<readonly Figure[]> {
    const before = await this.#settled();
    this.#build = 'new';
    for (const old of this.#alive) {
      await this.#startUntil(this.#alive.length + 1);
      await old.terminate();
      this.#alive = this.#alive.filter((member) => member !== old);
      const { owned } = await this.#watch.read();
      this.#say(`${old.name} was replaced; ${owned} devices have an owner`);
    }
    const after = await this.#settled();
    const each = Math.round((100 * (after.claims - before.claims)) / devices);
    return [
      {
        ...measured('all replaced one by one: moves of a device, of 100', each, 'percent'),
        limit: { kind: 'guarantee', most: 110 },
      },
      exactly(devices, 'devices with an owner', after.owned),
    ];
  }

  /** Too few again. */
  async shrink(workers: number): Promise<readonly Figure[]> {
    for (const member of this.#alive.slice(workers)) await member.terminate();
    this.#alive = this.#alive.slice(0, workers);
    const { owned } = await this.#settled();
    return [exactly(workers * capacity, `back to ${workers}: devices with an owner`, owned)];
  }

  /** With a third of the places that are wanted, each device gets its turn. */
  async everyTurn(enroll: () => Promise<void>): Promise<readonly Figure[]> {
    await wantAll(this.#lab, false);
    await enroll();
    const waiting = await this.#countWaiting();
    const from = Date.now();
    const hasSent = () => sendersSince(this.#lab.ledgerWatch.read(), from).size === devices;
    await until(hasSent, { most: 900_000, signal: this.#lab.signal, every: 1_000 });
    const never1 = devices - sendersSince(this.#lab.ledgerWatch.read(), from).size;
    await this.#untilDone();
    return [
      measured('devices that wait for a place, as they are told', waiting),
      never('devices that waited for ever', never1),
      measured('until the last device had its turn', Date.now() - from, 'ms'),
    ];
  }

  async #startUntil(workers: number): Promise<void> {
    const fresh = this.#lab.fleet.workers.slice(
      this.#next,
      this.#next + workers - this.#alive.length,
    );
    this.#next += fresh.length;
    await Promise.all(fresh.map(async (member) => await member.start({ BUILD_ID: this.#build })));
    this.#alive = [...this.#alive, ...fresh];
    this.#say(`${this.#alive.length} workers`);
  }

  /** Resolves when nobody has claimed anything for a while. */
  async #settled(): Promise<Ownership> {
    let last = { claims: -1, at: 0 };
    const isCalm = async () => {
      const { claims } = await this.#watch.read();
      if (claims !== last.claims) last = { claims, at: Date.now() };
      return Date.now() - last.at >= calm;
    };
    await until(isCalm, { most: patience, signal: this.#lab.signal, every: 500 });
    return await this.#watch.read();
  }

  async #untilOwned(count: number): Promise<void> {
    const areOwned = async () => (await this.#watch.read()).owned === count;
    await until(areOwned, { most: patience, signal: this.#lab.signal, every: 200 });
  }

  /** As the fleet page shows them. */
  async #countWaiting(): Promise<number> {
    await wait(5_000, this.#lab.signal);
    const { lines } = await readFleet(this.#lab.db, durationMs(24_000));
    const figures = await measureDevices(this.#lab.db);
    return lines.filter(
      (line) => deviceCondition(line, figures.get(line.deviceId)?.due ?? 0) === 'waiting',
    ).length;
  }

  async #untilDone(): Promise<void> {
    const { databaseUrl, signal } = this.#lab;
    const open = "select from sequence_contacts where status = 'active' limit 1";
    const isDone = async () => (await runSql(databaseUrl, open)).length === 0;
    await until(isDone, { most: 900_000, signal, every: 1_000 });
  }

  #say(line: string): void {
    this.#stage.screen.say(line);
  }
}

/** Phones of the devices from which a message was accepted since an instant. */
function sendersSince(ledger: readonly LedgerEntry[], from: number): ReadonlySet<string> {
  return new Set(
    ledger.flatMap(({ t, event, device }) =>
      event === 'message' && t >= from && device !== undefined ? [device] : [],
    ),
  );
}
