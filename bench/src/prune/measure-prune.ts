import { setTimeout as sleep } from 'node:timers/promises';
import { runSql } from '@dripfleet/testkit';
import { type EngineFleet, openEngineFleet } from '../engine/engine-fleet.ts';
import { type EngineReading, measureOnce } from '../engine/measure-engine.ts';
import type { PartContext } from '../part.ts';

export type PrunePlan = Readonly<{
  devices: number;
  warmUp: number;
  /** Of each reading. */
  messages: number;
  /** Old deliveries: half lose their text, half go to the archive. */
  old: number;
}>;

export type PruneFindings = Readonly<{
  alone: EngineReading;
  beside: EngineReading;
  /** Texts erased and deliveries archived while the second reading was taken. */
  pruned: number;
  /** A second, enrolling included. */
  pruneRate: number;
  servers: Readonly<Record<string, string>>;
}>;

/** Lets a fleet send as fast as it can, first alone, then while the scheduler prunes. */
export async function measurePrune(
  context: PartContext,
  { devices, warmUp, messages, old }: PrunePlan,
): Promise<PruneFindings> {
  const { say, signal } = context;
  const fleet = await openEngineFleet(context, { devices });
  const measure = async (count: number, first: number) =>
    await measureOnce(context, fleet, { devices, messages: count, first });
  await measure(warmUp, 0);
  const alone = await measure(messages, warmUp);
  say(`adding ${old} old deliveries`);
  await addOld(fleet, old);
  say('waiting until prune has begun, which looks once a minute');
  while ((await countPruned(fleet)) === 0) await sleep(500, undefined, { signal });
  const before = await countPruned(fleet);
  const started = performance.now();
  const beside = await measure(messages, warmUp + messages);
  const seconds = (performance.now() - started) / 1_000;
  const pruned = (await countPruned(fleet)) - before;
  if (before + pruned >= old) throw new Error('prune had nothing left to do: add more');
  return {
    alone,
    beside,
    pruned,
    pruneRate: pruned / seconds,
    servers: fleet.lab.servers.settings,
  };
}

/** Runs that ended 40 days ago, and others that ended 5 days ago, of contacts of their own; `settings` as of before both. */
async function addOld({ lab }: EngineFleet, count: number): Promise<void> {
  const url = lab.servers.databaseUrl;
  await runSql(
    url,
    `with person as (
       insert into contacts (phone, consent_source, consent_at)
       select '+1303' || (3000000 + n), 'bench', now() from generate_series(1, $1::int) as n
       returning id
     ), run as (
       insert into sequence_contacts (sequence_id, version, contact_id, device_id, status, next_trigger_time, finished_at)
       select q.id, q.current_version, person.id, 1, 'completed', ended.at, ended.at
         from person cross join sequences q
        cross join lateral (
          select now() - case when person.id % 2 = 0 then interval '40 days' else interval '5 days' end
                 + person.id % 3600 * interval '1 s' as at) as ended
       returning id, contact_id, finished_at
     )
     insert into deliveries (sequence_contact_id, step_key, contact_id, device_id, message_id, to_jid, body, state, epoch,
                             intent_at, last_attempt_at, concluded_at, acked_at)
     select id, 'hello', contact_id, 1, 'OLD' || id, '13030000000@s.whatsapp.net', repeat('An old text. ', 8), 'sent', 1,
            finished_at, finished_at, finished_at, finished_at
       from run`,
    [count],
  );
  await runSql(
    url,
    `update settings set installed_at = now() - interval '41 days', bodies_erased_until = now() - interval '41 days', archived_until = now() - interval '41 days'`,
  );
}

/** Texts erased so far, and deliveries archived. */
async function countPruned({ lab }: EngineFleet): Promise<number> {
  const [row] = await runSql<{ n: number }>(
    lab.servers.databaseUrl,
    `select ((select count(*) from deliveries where body is null and message_id like 'OLD%')
             + coalesce((select sum(deliveries) from archived_counts), 0))::int as n`,
  );
  return row?.n ?? 0;
}
