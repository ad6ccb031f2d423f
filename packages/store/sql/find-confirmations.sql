-- The confirmations of opt-outs that a device has to send, and those whose fate nobody recorded; the oldest first.
-- Two reads, for each has an index of its own and both are empty most of the time.
-- $1 device
select l.sequence_contact_id, l.cycle, l.state, l.attempts, extract(epoch from now() - l.intent_at) * 1000 as age_ms
  from (select r.* from deliveries r where r.device_id = $1 and r.state = 'ready' and r.step_key = 'opt-out'
        union all
        select s.* from deliveries s where s.device_id = $1 and s.state = 'sending' and s.step_key = 'opt-out') as l
 order by l.intent_at, l.sequence_contact_id
