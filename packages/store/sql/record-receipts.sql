-- What the recipients' phones reported. Each delivery is returned with whether it is open still: a receipt proves
-- that it was accepted, and the caller finishes it on the usual path.
-- Arrays, pairwise: $1 message ids · $2 kinds (delivered | read)
with given as materialized (
  select g.message_id, bool_or(g.kind = 'read') as is_read
    from unnest($1::text[], $2::text[]) as g(message_id, kind)
   group by g.message_id
), locked as materialized (
  select l.sequence_contact_id, l.step_key, l.cycle, g.is_read
    from deliveries l join given g on g.message_id = l.message_id
   order by l.sequence_contact_id, l.step_key, l.cycle
     for no key update of l
)
update deliveries l
   set delivered_at = coalesce(l.delivered_at, now()),
       read_at = case when locked.is_read then coalesce(l.read_at, now()) else l.read_at end
  from locked join sequence_contacts s on s.id = locked.sequence_contact_id
 where l.sequence_contact_id = locked.sequence_contact_id and l.step_key = locked.step_key and l.cycle = locked.cycle
returning l.sequence_contact_id, l.step_key, l.message_id, s.sequence_id, s.version,
          l.state in ('ready', 'sending', 'uncertain') as is_open
