-- The key of a device that has none. Runs under a lock on the device's row.
-- $1 device · $2 name of the wrapping key · $3 wrapped key
insert into device_keys (device_id, wrapped_by, wrapped_key) values ($1, $2, $3)
