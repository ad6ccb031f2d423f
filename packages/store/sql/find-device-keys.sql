-- The keys of devices that the given key did not wrap, by device: what a rotation has still to do.
-- $1 name of the wrapping key · $2 only devices after this one · $3 rows at most
select k.device_id, d.name, k.wrapped_by, k.wrapped_key
  from device_keys k join devices d on d.id = k.device_id
 where k.wrapped_by <> $1 and k.device_id > $2
 order by k.device_id
 limit $3
