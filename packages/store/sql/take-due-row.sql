-- The direct processor's query: queues one row, the most urgent that is due for any of these devices. Only of devices that
-- the caller owns and may send from.
-- $1 worker · $2 devices
with candidate as materialized (
  select due.id
    from devices d
   cross join lateral (
     select one.*
       from unnest('{0,1,2}'::smallint[]) as p(priority)
      cross join lateral (
        select s.id, s.priority, s.next_trigger_time
          from sequence_contacts s
         where s.device_id = d.id and s.priority = p.priority
           and s.status = 'active' and s.dispatch_state = 'idle' and s.next_trigger_time <= now()
         order by s.next_trigger_time
         limit 1) as one
      order by p.priority
      limit 1) as due
   where d.id = any($2::bigint[]) and d.owner_worker_id = $1::uuid and d.engine = 'direct' and device_may_send(d)
   order by due.priority, due.next_trigger_time, due.id
   limit 1
), taken as materialized (
  -- Judged once more under the lock. Written so that no partial index fits: see select-due.sql.
  select s.id
    from sequence_contacts s join candidate c on c.id = s.id
   where s.status || ' ' || s.dispatch_state = 'active idle' and s.next_trigger_time <= now()
     for no key update of s skip locked
)
update sequence_contacts s
   set dispatch_state = 'queued', dispatch_seq = s.dispatch_seq + 1, assigned_worker_id = $1::uuid, worker_assigned_at = now()
  from taken t
 where s.id = t.id
returning s.id, s.device_id, s.dispatch_seq, s.next_step_key
