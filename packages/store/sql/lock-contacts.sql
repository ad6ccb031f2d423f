-- Holds contacts until the transaction ends, so that what is decided about them stays true. A statement of its own: the
-- next one must see what the last holder committed.
-- $1 phones, at most 500
select c.id from contacts c where c.phone = any($1::text[]) order by c.id for no key update of c
