-- Clears the mark of a contact. Its runs that ended stay ended.
-- $1 phone
with before as materialized (
  select c.id, c.suppressed_at from contacts c where c.phone = $1 for no key update of c
)
update contacts c set suppressed_at = null from before b where c.id = b.id
returning c.id, b.suppressed_at is not null as was_suppressed
