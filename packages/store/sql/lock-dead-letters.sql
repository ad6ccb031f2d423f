-- Holds contacts, their runs and the deliveries of these until the transaction ends, in the order in which everybody
-- waits for them. A statement of its own: the next one must see what the last holder committed.
-- arrays, pairwise: $1 sequence contacts · $2 step keys · $3 contacts; at most 500
with contact as materialized (
  select c.id from contacts c where c.id = any($3::bigint[]) order by c.id for no key update of c
), run as materialized (
  select s.id from sequence_contacts s
   where s.id = any($1::bigint[]) and (select count(*) from contact) > 0
   order by s.id
     for no key update of s
)
select l.sequence_contact_id
  from deliveries l
  join unnest($1::bigint[], $2::text[]) as g(id, step_key) on g.id = l.sequence_contact_id and g.step_key = l.step_key
 where l.cycle = 0 and (select count(*) from run) > 0
 order by l.sequence_contact_id, l.step_key
   for no key update of l
