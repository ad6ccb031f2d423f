import { openLab, type OpenLab } from '../../soak/lab/open-lab.ts';
import { ActionLog } from '../../soak/action-log.ts';
import type { Stage } from '../drill.ts';
import { LedgerWatch } from '../ledger/ledger-watch.ts';
import { drillSettings } from './drill-settings.ts';

export type DrillLab = OpenLab &
  Readonly<{
    env: NodeJS.ProcessEnv;
    actions: ActionLog;
    ledgerWatch: LedgerWatch;
    signal: AbortSignal;
  }>;

export type FleetSize = Readonly<{
  workers: number;
  schedulers: number;
  /** Settings that differ from the defaults. */
  settings?: NodeJS.ProcessEnv;
}>;

/** Servers, network and links of a drill's own, and a place for each process; none of them is started. */
export async function openDrillLab(
  stage: Stage,
  { workers, schedulers, settings }: FleetSize,
): Promise<DrillLab> {
  const { cleanup } = stage;
  const lab = await openLab({
    ...stage,
    options: { transport: 'simulated', ledger: undefined, workers, schedulers },
    settings: drillSettings(settings),
  });
  // A drill is over when its figures are there: nobody waits for a stop in order.
  cleanup.add(async () => {
    await Promise.all(lab.fleet.members.map(async (member) => await member.kill()));
  });
  stage.onServers({ postgres: versionOf(lab.postgres.how), redis: versionOf(lab.redis.how) });
  return {
    ...lab,
    env: stage.env,
    actions: new ActionLog(`${lab.ledger}.actions.jsonl`),
    ledgerWatch: new LedgerWatch(lab.ledger),
    signal: cleanup.signal,
  };
}

/** Without the place on this machine where the program was found. */
function versionOf(how: string): string {
  return how.split(' from ')[0] ?? how;
}
