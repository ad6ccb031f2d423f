-- Whether a sequence's messages may begin. What it was before tells a repeat from a change.
-- $1 name · $2 status
with before as materialized (
  select s.id, s.status from sequences s where s.name = $1 for no key update of s
)
update sequences s set status = $2 from before b where s.id = b.id
returning s.id, b.status as before
