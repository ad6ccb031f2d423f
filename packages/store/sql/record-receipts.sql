-- What the recipients' phones reported. Each delivery is returned with whether it is open still: a receipt proves
-- that it was accepted, and the caller finishes it on the usual path. The confirmation of an opt-out, which moves no row
-- on, is finished here.
-- Arrays, pairwise: $1 message ids · $2 kinds (delivered | read)
with given as materialized (
  select g.message_id, bool_or(g.kind = 'read') as is_read
    from unnest($1::text[], $2::text[]) as g(message_id, kind)
   group by g.message_id
), locked as materialized (
  select l.sequence_contact_id, l.step_key, l.cycle, g.is_read,
         l.step_key = 'opt-out' and l.state in ('ready', 'sending', 'uncertain') as proves
    from given g join deliveries l on l.message_id = g.message_id
   where l.message_id = any($1::text[])
   order by l.sequence_contact_id, l.step_key, l.cycle
     for no key update of l
)
update deliveries l
   set delivered_at = coalesce(l.delivered_at, now()),
       read_at = case when locked.is_read then coalesce(l.read_at, now()) else l.read_at end,
       state = case when locked.proves then 'sent' else l.state end,
       acked_at = case when locked.proves then coalesce(l.acked_at, now()) else l.acked_at end,
       concluded_at = case when locked.proves then now() else l.concluded_at end,
       error_class = case when locked.proves then null else l.error_class end,
       error_code = case when locked.proves then null else l.error_code end
  from locked
 cross join lateral (
   select s.sequence_id, s.version from sequence_contacts s where s.id = locked.sequence_contact_id offset 0) as s
 where l.sequence_contact_id = locked.sequence_contact_id and l.step_key = locked.step_key and l.cycle = locked.cycle
   and l.message_id = any($1::text[])
returning l.sequence_contact_id, l.step_key, l.message_id, s.sequence_id, s.version,
          l.state in ('ready', 'sending', 'uncertain') as is_open
