-- Forgets a device that no sequence contact refers to; one with a history is kept (foreign key violation).
-- $1 device
delete from devices where id = $1 returning id
