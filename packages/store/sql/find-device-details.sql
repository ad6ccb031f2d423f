-- Everything an operator may want to know of one device.
-- Held rows have no index: a scan, asked for one device at a time.
-- $1 name · $2 steal, ms
select d.id, d.name, d.phone, d.labels, d.engine, d.pacing, d.pacing_version, d.created_at,
       case when d.desired_state = 'paused' and d.paused_until <= now() then 'running' else d.desired_state end as state,
       d.desired_reason, d.paused_until, d.session_state, d.state_reason, d.state_since, d.restriction,
       d.restricted_until, device_may_send(d) as may_send,
       d.owner_worker_id, d.owner_epoch, d.owner_claimed_at, w.host as owner_host,
       extract(epoch from now() - w.last_heartbeat_at) * 1000 as heartbeat_age_ms,
       coalesce(w.last_heartbeat_at > now() - $2::bigint * interval '1 ms', false) as owner_live,
       hand.queued, hand.sending, idle.due, idle.waiting, idle.next_due_at,
       (select count(*)::integer from sequence_contacts s where s.device_id = d.id and s.dispatch_state = 'held') as held,
       (select count(*)::integer from deliveries l
         where l.device_id = d.id and l.last_attempt_at > now() - interval '1 hour' and l.state = 'sent') as sent_last_hour
  from devices d
  left join workers w on w.id = d.owner_worker_id
 cross join lateral (
   select count(*) filter (where s.dispatch_state = 'queued')::integer as queued,
          count(*) filter (where s.dispatch_state = 'sending')::integer as sending
     from sequence_contacts s
    where s.device_id = d.id and s.dispatch_state in ('queued', 'sending')) as hand
 cross join lateral (
   select count(*) filter (where s.next_trigger_time <= now())::integer as due,
          count(*)::integer as waiting,
          min(s.next_trigger_time) as next_due_at
     from sequence_contacts s
    where s.device_id = d.id and s.status = 'active' and s.dispatch_state = 'idle') as idle
 where d.name = $1
