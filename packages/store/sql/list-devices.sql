-- The fleet as a table: what is wanted of each device, how its session is, who runs it, what it has in hand.
-- A pause that has run out is no pause.
-- $1 names, null: any · $2 labels, {}: any · $3 state, null: any · $4 session state, null: any
-- $5 steal, ms · $6 devices at most
with device as (
  select d.*,
         case when d.desired_state = 'paused' and d.paused_until <= now() then 'running' else d.desired_state end as state
    from devices d
   where ($1::text[] is null or d.name = any($1::text[])) and d.labels @> $2::jsonb
), hand as materialized (
  select s.device_id, count(*) filter (where s.dispatch_state = 'queued')::integer as queued,
         count(*) filter (where s.dispatch_state = 'sending')::integer as sending
    from sequence_contacts s
   where s.dispatch_state in ('queued', 'sending')
   group by s.device_id
)
select d.id, d.name, d.phone, d.labels, d.state, d.desired_reason,
       case when d.state = 'paused' then d.paused_until end as paused_until,
       d.session_state, d.state_reason, d.state_since, d.restriction, d.restricted_until, d.pacing,
       d.owner_worker_id as owner_worker, w.host as owner_host, extract(epoch from now() - w.last_heartbeat_at) * 1000 as heartbeat_age_ms,
       coalesce(w.last_heartbeat_at > now() - $5::bigint * interval '1 ms', false) as owner_live,
       coalesce(hand.queued, 0) as queued, coalesce(hand.sending, 0) as sending
  from device d
  left join workers w on w.id = d.owner_worker_id
  left join hand on hand.device_id = d.id
 where ($3::text is null or d.state = $3::text) and ($4::text is null or d.session_state = $4::text)
 order by d.name
 limit $6
