-- Whose login this is, while neither it nor its key has ended. The role is the key's.
-- $1 hash of the session's token
select k.id, k.name, k.role
  from logins l join api_keys k on k.id = l.key_id
 where l.hash = $1::bytea
   and l.expires_at > now()
   and k.revoked_at is null
   and (k.expires_at is null or k.expires_at > now())
