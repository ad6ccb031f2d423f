-- Everything that rendering and deciding need, for one job each of many devices, in one read.
-- Nothing is locked: begin checks again what may change.
-- $1 sequence contact ids
select s.id, s.device_id, s.dispatch_seq, s.next_step_key, s.sequence_id, s.version, s.contact_id,
       c.phone, c.name, c.attributes, d.body, d.message_id, d.state as delivery_state, d.attempts, s.crash_count
  from sequence_contacts s
  join contacts c on c.id = s.contact_id
  left join deliveries d on d.sequence_contact_id = s.id and d.step_key = s.next_step_key and d.cycle = 0
 where s.id = any($1::bigint[])
