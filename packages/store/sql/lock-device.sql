-- Holds a device's row until the transaction ends, so that claims pass it by. A statement of its own: the next one must
-- see what the last holder committed.
-- $1 device
select d.id from devices d where d.id = $1 for no key update of d
