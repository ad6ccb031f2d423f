-- A browser logs out.
-- $1 hash of the session's token
delete from logins l where l.hash = $1 returning l.key_id
