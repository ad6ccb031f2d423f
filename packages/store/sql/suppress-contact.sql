-- Marks the contact of a suppressed number, if there is one: begin tests this column, on the row that it locks.
-- $1 phone
update contacts c set suppressed_at = coalesce(c.suppressed_at, now()) where c.phone = $1 returning c.id
