-- The wrapped key of a device's credentials, and whether there are credentials at all: those without a key are damage,
-- not an absence.
-- $1 device
select k.wrapped_by, k.wrapped_key,
       exists (select from device_credentials c where c.device_id = $1) as has_credentials
  from (select) as one_row left join device_keys k on k.device_id = $1
