-- What each device does at this moment, for a screen that asks again every few seconds: through the indexes of what is in
-- hand, held, due and lately sent, however much lies in the future or long ago.
-- $1 steal, ms · $2 window of what was concluded lately, ms
with hand as materialized (
  select s.device_id, count(*) filter (where s.dispatch_state = 'queued')::integer as queued,
         count(*) filter (where s.dispatch_state = 'sending')::integer as sending
    from sequence_contacts s
   where s.dispatch_state in ('queued', 'sending')
   group by s.device_id
), held as materialized (
  select s.device_id, count(*)::integer as n from sequence_contacts s where s.dispatch_state = 'held' group by s.device_id
), lately as materialized (
  select l.device_id, count(*) filter (where l.state = 'sent')::integer as sent,
         count(*) filter (where l.state <> 'sent')::integer as failed
    from deliveries l
   where l.last_attempt_at > now() - $2::bigint * interval '1 ms' - interval '5 min'
     and l.concluded_at > now() - $2::bigint * interval '1 ms'
     and l.state in ('sent', 'failed', 'uncertain')
   group by l.device_id
)
select d.name,
       case when d.desired_state = 'paused' and d.paused_until <= now() then 'running' else d.desired_state end as state,
       d.session_state, w.host as owner_host,
       coalesce(w.last_heartbeat_at > now() - $1::bigint * interval '1 ms', false) as owner_live,
       coalesce(hand.queued, 0) as queued, coalesce(hand.sending, 0) as sending, coalesce(held.n, 0) as held,
       coalesce(lately.sent, 0) as sent, coalesce(lately.failed, 0) as failed,
       due.n as due, due.oldest_age_ms as oldest_due_age_ms
  from devices d
  left join workers w on w.id = d.owner_worker_id
  left join hand on hand.device_id = d.id
  left join held on held.device_id = d.id
  left join lately on lately.device_id = d.id
 cross join lateral (
   select coalesce(sum(one.n), 0)::integer as n, extract(epoch from now() - min(one.oldest)) * 1000 as oldest_age_ms
     from unnest('{0,1,2}'::smallint[]) as p(priority)
    cross join lateral (
      select count(*) as n, min(s.next_trigger_time) as oldest
        from sequence_contacts s
       where s.device_id = d.id and s.priority = p.priority and s.status = 'active' and s.dispatch_state = 'idle'
         and s.next_trigger_time <= now()) as one) as due
 order by d.name
