-- What may or may not have left from a device, whatever the epoch: recovery settles it before anything new.
-- Confirmations of opt-outs are no steps, and are settled apart: see find-confirmations.sql.
-- $1 device
select l.sequence_contact_id, l.step_key, l.message_id, l.to_jid, l.body, l.attempts, l.resends,
       s.sequence_id, s.version, s.crash_count,
       l.delivered_at is not null as delivered,
       extract(epoch from now() - l.intent_at) * 1000 as age_ms
  from deliveries l join sequence_contacts s on s.id = l.sequence_contact_id
 where l.device_id = $1 and l.state = 'sending' and l.cycle = 0 and l.step_key <> 'opt-out'
 order by l.intent_at
