-- Exchanges wrapped keys, each only if it still is what was unwrapped. What they hold stays the same, so a session that
-- writes meanwhile only has to look again.
-- $1 name of the wrapping key · pairwise: $2 devices · $3 wrapped keys before · $4 after
with given as (
  select * from unnest($2::bigint[], $3::bytea[], $4::bytea[]) as g(id, before, after)
), held as materialized (
  select k.device_id, g.after
    from device_keys k join given g on g.id = k.device_id
   where k.wrapped_key = g.before
   order by k.device_id
     for no key update of k
)
update device_keys k
   set wrapped_by = $1, wrapped_key = held.after
  from held
 where k.device_id = held.device_id
returning k.device_id
