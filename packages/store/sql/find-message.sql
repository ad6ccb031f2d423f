-- A message of a device that was sent before, for a phone that could not read it and asks again. Of the last three days:
-- an older one would come as a surprise, and its body may be gone.
-- $1 device · $2 message id
select l.to_jid, l.body, l.step_key, s.sequence_id, s.version
  from deliveries l join sequence_contacts s on s.id = l.sequence_contact_id
 where l.message_id = $2 and l.device_id = $1 and l.body is not null
   and l.state in ('sending', 'sent', 'uncertain') and l.intent_at > now() - interval '3 days'
