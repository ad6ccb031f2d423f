-- Holds a sequence's row until the transaction ends: two who publish at once get two versions, in turn. Comes before
-- all other locks. A statement of its own: the next one must see what the last holder committed.
-- $1 name
select s.id, s.current_version from sequences s where s.name = $1 for no key update of s
