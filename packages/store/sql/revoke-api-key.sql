-- Ends a key and the logins opened with it. Whether it had ended before tells a repeat from a change.
-- $1 name
with locked as materialized (
  select k.id, k.revoked_at from api_keys k where k.name = $1 for no key update of k
), revoked as (
  update api_keys k set revoked_at = now() from locked where k.id = locked.id and locked.revoked_at is null
), ended as (
  delete from logins l using locked where l.key_id = locked.id returning l.key_id
)
select locked.revoked_at is null as changed, (select count(*)::integer from ended) as logins_ended from locked
