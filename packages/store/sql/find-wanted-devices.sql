-- Devices that should be owned by somebody and are free to be claimed by the caller, the one that waits longest first,
-- and how many there are in all: free, owned, and workers to share them.
-- Wanted: may send, and has something queued, in flight, or due within `horizon`.
-- $1 worker · $2 steal, ms · $3 horizon, ms · $4 engine · $5 free devices at most
with wanted as materialized (
  select d.id, d.owner_worker_id, d.reserved_for, d.reserved_until, w.last_heartbeat_at, work.since
    from devices d
    left join workers w on w.id = d.owner_worker_id
   cross join lateral (
     select least(
       (select min(h.next_trigger_time) from sequence_contacts h
         where h.device_id = d.id and h.dispatch_state in ('queued', 'sending')),
       (select min(first.next_trigger_time)
          from unnest('{0,1,2}'::smallint[]) as p(priority)
         cross join lateral (
           select s.next_trigger_time from sequence_contacts s
            where s.device_id = d.id and s.priority = p.priority and s.status = 'active' and s.dispatch_state = 'idle'
              and s.next_trigger_time <= now() + $3::bigint * interval '1 ms'
            order by s.next_trigger_time limit 1) as first),
       (select min(l.intent_at) from deliveries l where l.device_id = d.id and l.state = 'sending')) as since) as work
   where d.engine = $4 and device_may_send(d) and work.since is not null
), free as (
  select id, since from wanted
   where (owner_worker_id is null
          or (owner_worker_id <> $1::uuid
              and (last_heartbeat_at is null or last_heartbeat_at <= now() - $2::bigint * interval '1 ms')))
     and (reserved_for is null or reserved_for = $1::uuid or reserved_until < now())
   order by since, id
   limit $5
)
select (select count(*) from wanted)::integer as wanted,
       (select count(*) from workers where not draining and last_heartbeat_at > now() - $2::bigint * interval '1 ms')::integer
         as live_workers,
       (select count(*) from wanted where owner_worker_id = $1::uuid)::integer as owned_wanted,
       coalesce((select array_agg(id order by since, id) from free), '{}') as free
