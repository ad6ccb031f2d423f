import { SimulatedDatabase } from '../database/simulated-database.ts';
import type { Lab } from '../faults/fault.ts';
import { Storm } from '../faults/storm.ts';
import { NetworkLog } from '../network/network-log.ts';
import { SimulatedNetwork } from '../network/simulated-network.ts';
import { Evidence } from '../oracle/evidence.ts';
import { Watch } from '../oracle/watch.ts';
import type { Witness, World } from '../processes/world.ts';
import { SimulatedRedis } from '../redis/simulated-redis.ts';
import { Random } from '../time/random.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { describeEvent, stamp } from './describe-event.ts';
import { Fleet } from './fleet.ts';
import type { Guardless } from './guardless.ts';
import { Operator } from './operator.ts';
import { storePlan } from './plan.ts';

const secret = Buffer.alloc(32, 7);

export type LabOptions = Readonly<{
  guardless: Guardless;
  /** Told of everything, a line each. */
  tell: ((line: string) => void) | undefined;
}>;

/** The servers, the network, the plan and the fleet of one seed, with the witnesses in their places. Nothing runs yet. */
export function openLab(
  seed: number,
  { guardless, tell }: LabOptions,
): Lab & Readonly<{ evidence: Evidence }> {
  const time = new VirtualTime();
  const log = new NetworkLog();
  const storm = new Storm();
  const database = new SimulatedDatabase({ clock: time.clock, secret, ...guardless.database });
  const plan = storePlan(database, { random: new Random(seed, 'plan'), now: time.clock.now() });
  const network = new SimulatedNetwork({ time, random: new Random(seed, 'network'), log });
  network.fateOf = (device) => storm.takeFrameFate(device);
  network.keepsUntilStored = new Random(seed, 'kind of network').chance(0.5);
  const evidence = new Evidence(plan);
  const watch = new Watch({ plan, evidence, workers: () => fleet.workers });
  const world: World = {
    time,
    random: new Random(seed, 'world'),
    database,
    redis: new SimulatedRedis({ time, random: new Random(seed, 'redis') }),
    network,
    log,
    conditions: storm,
    guardless,
    witness: witness({ time, evidence, watch, tell }),
  };
  log.listen((event) => {
    watch.seen(event);
    tell?.(`${stamp(event.at)} network ${describeEvent(event)}`);
  });
  const fleet = new Fleet(world);
  const operator = new Operator(world);
  const random = new Random(seed, 'nemesis');
  return { world, storm, fleet, operator, plan, random, tell, evidence };
}

function witness({
  time,
  evidence,
  watch,
  tell,
}: {
  time: VirtualTime;
  evidence: Evidence;
  watch: Watch;
  tell: LabOptions['tell'];
}): Witness {
  return {
    committed: (committed) => {
      watch.committed(committed);
      evidence.take(committed);
    },
    tookInHand: ({ name }, run) => evidence.tookInHand(name, run),
    connecting: (process, device) => watch.connecting(process, device, time.now),
    event: ({ kind, name }, event) =>
      tell?.(`${stamp(time.now)} ${kind} ${name.slice(0, 4)} ${describeEvent(event)}`),
  };
}
