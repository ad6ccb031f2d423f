-- Everything that rendering and deciding need, for one job each of many devices, in one read.
-- Nothing is locked: begin checks again what may change.
-- A row that processes died of leaves its contents here: they may be what kills.
-- $1 sequence contact ids · $2 crash counts from this one on leave the contents (null: none does)
select s.id, s.device_id, s.dispatch_seq, s.next_step_key, s.sequence_id, s.version, s.contact_id,
       (extract(epoch from s.next_trigger_time) * 1000)::float8 as due_at_ms, c.phone, d.state as delivery_state, d.attempts, s.crash_count, whole.loaded as is_whole,
       case when whole.loaded then c.name end as name, case when whole.loaded then c.attributes end as attributes,
       case when whole.loaded then d.body end as body, case when whole.loaded then d.message_id end as message_id
  from sequence_contacts s
 cross join lateral (select c.phone, c.name, c.attributes from contacts c where c.id = s.contact_id offset 0) as c
  left join lateral (
    select l.body, l.message_id, l.state, l.attempts from deliveries l
     where l.sequence_contact_id = s.id and l.step_key = s.next_step_key and l.cycle = 0
    offset 0) as d on true
 cross join lateral (select coalesce(s.crash_count < $2::int, true) as loaded) as whole
 where s.id = any($1::bigint[])
