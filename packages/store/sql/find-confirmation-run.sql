-- The run that carries the confirmation of an opt-out: the contact's latest on the device that heard it, if they have
-- been written to from there; to anybody else a confirmation would be the first message. Needs lock-contacts, which keeps
-- the cycle free.
-- $1 contact · $2 device
select s.id,
       (select coalesce(max(c.cycle) + 1, 0) from deliveries c
         where c.sequence_contact_id = s.id and c.step_key = 'opt-out') as cycle
  from sequence_contacts s
 where s.contact_id = $1 and s.device_id = $2
   and exists (select from sequence_contacts any_run
                 join deliveries l on l.sequence_contact_id = any_run.id
                where any_run.contact_id = $1 and l.device_id = $2
                  and (l.state in ('sending', 'sent', 'uncertain') or l.delivered_at is not null))
 order by s.id desc
 limit 1
