-- Whose token this is, while its key is neither revoked nor expired. That it was used is noted once a minute, and not at all
-- while somebody else changes the row: nobody waits for a note.
-- $1 hash of the token
with usable as materialized (
  select k.id, k.name, k.role
    from api_keys k
   where k.hash = $1::bytea
     and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > now())
), unnoted as materialized (
  select k.id
    from api_keys k join usable u on u.id = k.id
   where k.last_used_at is null or k.last_used_at < now() - interval '1 min'
     for no key update of k skip locked
), noted as (
  update api_keys k set last_used_at = now() from unnoted n where k.id = n.id
)
select u.id, u.name, u.role from usable u
