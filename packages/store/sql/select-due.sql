-- Queues the due rows of some shards, oldest first within their priority, up to the room of each device.
-- Runs under lock-shards, in the same transaction, as a statement of its own.
-- Each priority is its own range of sequence_contacts_due, so that rows which are not due are never read.
-- Every join is a probe by key, also in a plan that was made while the tables were small: see `plansByKey` in database.ts.
-- $1 shards, 0..63 · $2 queued and sending rows of one device at most · $3 engine
-- $4 devices, of other shards too, which are left out (null: all devices of the shards)
with asked as materialized (
  select d.id from devices d where $4::bigint[] is null and d.id % 64 = any($1::bigint[])
   union all
  select g.id from unnest($4::bigint[]) as g(id) where g.id % 64 = any($1::bigint[])
), room as materialized (
  select d.id,
         $2::integer - (select count(*) from sequence_contacts h
                         where h.device_id = d.id and h.dispatch_state in ('queued', 'sending'))::integer as size
    from asked
   cross join lateral (
     select d.id from devices d
      where d.id = asked.id and d.engine = $3 and device_may_send(d)
     offset 0) as d
), candidate as materialized (
  select due.id
    from room
   cross join lateral (
     select one.id
       from unnest('{0,1,2}'::smallint[]) as p(priority)
      cross join lateral (
        select s.id, s.next_trigger_time
          from sequence_contacts s
         where s.device_id = room.id and s.priority = p.priority
           and s.status = 'active' and s.dispatch_state = 'idle' and s.next_trigger_time <= now()
         order by s.next_trigger_time
         limit room.size) as one
      order by p.priority, one.next_trigger_time
      limit room.size) as due
   where room.size > 0
), taken as materialized (
  -- Judged once more under the lock. Written so that no partial index fits: without statistics, after an import, the
  -- planner takes the index of due rows for small and reads all of it for each candidate (measured: 18 s a shard).
  select s.id
    from (select candidate.id from candidate order by candidate.id) as c
   cross join lateral (
     select s.id from sequence_contacts s
      where s.id = c.id and s.status || ' ' || s.dispatch_state = 'active idle' and s.next_trigger_time <= now()
        for no key update of s skip locked) as s
)
update sequence_contacts s
   set dispatch_state = 'queued', dispatch_seq = s.dispatch_seq + 1,
       assigned_worker_id = (select d.owner_worker_id from devices d where d.id = s.device_id), worker_assigned_at = now()
 where s.id = any(array(select t.id from taken t))
returning s.id, s.device_id, s.dispatch_seq, s.next_step_key
