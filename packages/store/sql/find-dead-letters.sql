-- The dead letters, oldest run first: what failed or is uncertain, and whose run waits for an operator or was ended by it.
-- Nothing is locked: what is done with them checks each again. See count-dead-letters.sql, which has the same rule.
-- $1 failed | uncertain · $2 error code, null: all · $3 sequence, null: all · $4 at most
select l.sequence_contact_id, l.step_key, l.device_id, s.contact_id, s.sequence_id, s.version
  from deliveries l join sequence_contacts s on s.id = l.sequence_contact_id
 where l.state = $1 and l.cycle = 0 and l.step_key <> 'opt-out'
   and ($2::text is null or l.error_code = $2) and ($3::bigint is null or s.sequence_id = $3)
   and ((s.status = 'active' and s.dispatch_state = 'held' and s.next_step_key = l.step_key)
        or (l.state = 'failed' and s.status in ('exited', 'failed') and s.exit_reason = l.error_code
            and not exists (select from deliveries later
                             where later.sequence_contact_id = l.sequence_contact_id and later.cycle = 0
                               and later.step_key <> 'opt-out' and later.concluded_at > l.concluded_at)))
 order by l.sequence_contact_id, l.step_key
 limit $4
