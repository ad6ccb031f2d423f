-- Forgets all that a device's session remembered, and the key of it. Runs under a lock on the device's row.
-- $1 device
with credentials as (
  delete from device_credentials c where c.device_id = $1
)
delete from device_keys k where k.device_id = $1
