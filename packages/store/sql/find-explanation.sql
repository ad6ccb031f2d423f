-- Everything that decides when the next message of one contact's run goes, in one snapshot: the run that goes on, else the
-- latest one; its device, its delivery, and what stands before it. One row; without a run, its columns are null.
-- $1 sequence · $2 phone · $3 the phone's hash · $4 steal, ms
with person as (
  select c.id, c.suppressed_at, c.consent_at from contacts c where c.phone = $2
), run as (
  select s.* from sequence_contacts s
   where s.sequence_id = $1 and s.contact_id = (select id from person)
   order by s.status in ('active', 'paused') desc, s.run_no desc
   limit 1
), place as (
  select count(*) filter (where not w.draining)::integer as live,
         greatest(0, sum(greatest(0, w.capacity - owned.devices)) filter (where not w.draining))::integer as places
    from workers w
   cross join lateral (select count(*) as devices from devices d where d.owner_worker_id = w.id) as owned
   where w.last_heartbeat_at > now() - $4::bigint * interval '1 ms'
     and w.engine = (select d.engine from devices d where d.id = (select run.device_id from run))
)
select (extract(epoch from now()) * 1000)::float8 as now_ms,
       person.id as contact_id, person.consent_at is not null as consented,
       person.suppressed_at is not null or exists (select from suppressions p where p.phone_hash = $3) as suppressed,
       q.status as sequence_status,
       run.id, run.run_no, run.version, run.status, run.exit_reason, run.dispatch_state, run.next_step_key, run.crash_count,
       run.next_trigger_time, run.worker_assigned_at, run.enrolled_at, run.finished_at,
       d.id as device_id, d.name as device_name, d.phone is not null as has_phone, d.engine, d.pacing,
       d.desired_state, d.desired_reason, d.paused_until, d.session_state, d.state_reason,
       d.restriction, d.restricted_until, d.reserved_until, device_may_send(d) as may_send,
       case when d.owner_worker_id is null then 'none'
            when w.last_heartbeat_at > now() - $4::bigint * interval '1 ms'
              then case when w.engine = d.engine then 'live' else 'other_engine' end
            else 'silent' end as owner,
       w.host as owner_host, extract(epoch from now() - w.last_heartbeat_at) * 1000 as heartbeat_age_ms,
       l.step_key, l.state as delivery_state, l.attempts, l.error_class, l.error_code, l.last_attempt_at, l.concluded_at,
       -- As begin asks it.
       exists (select from sequence_contacts before
                 join deliveries known on known.sequence_contact_id = before.id
                where before.contact_id = run.contact_id and known.device_id = run.device_id
                  and (known.state = 'sent' or known.delivered_at is not null))
         or exists (select from archived_deliveries long_ago
                     where long_ago.contact_id = run.contact_id and long_ago.device_id = run.device_id
                       and long_ago.state = 'sent')
         or exists (select from inbound_messages heard
                     where heard.contact_id = run.contact_id and heard.device_id = run.device_id) as is_known,
       -- What is in hand goes first, as it was queued; then what is due, as select takes it.
       case run.dispatch_state
         when 'queued' then
           (select count(*)::integer from sequence_contacts h
             where h.device_id = run.device_id
               and (h.dispatch_state = 'sending'
                    or (h.dispatch_state = 'queued' and (h.worker_assigned_at, h.id) < (run.worker_assigned_at, run.id))))
         when 'idle' then
           case when run.next_trigger_time <= now() then
             (select count(*)::integer from sequence_contacts h
               where h.device_id = run.device_id
                 and (h.dispatch_state in ('queued', 'sending')
                      or (h.dispatch_state = 'idle' and h.status = 'active' and h.next_trigger_time <= now()
                          and (h.priority, h.next_trigger_time, h.id) < (run.priority, run.next_trigger_time, run.id))))
           else 0 end
         else 0 end as ahead,
       place.live, coalesce(place.places, 0) as places
  from sequences q
 cross join place
  left join person on true
  left join run on true
  left join devices d on d.id = run.device_id
  left join workers w on w.id = d.owner_worker_id
  -- Of the step that it stands at; of a run that has ended, its last one.
  left join lateral (
    select one.* from deliveries one
     where one.sequence_contact_id = run.id and one.cycle = 0 and one.step_key <> 'opt-out'
       and (run.next_step_key is null or one.step_key = run.next_step_key)
     order by coalesce(one.concluded_at, one.last_attempt_at) desc
     limit 1) as l on true
 where q.id = $1
