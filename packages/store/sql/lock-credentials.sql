-- Holds a device's row for its owner, so that nothing else writes credentials until the transaction ends. A statement of
-- its own: the next one must see what the last writer committed.
-- $1 device · $2 worker · $3 epoch
select d.id
  from devices d
 where d.id = $1 and d.owner_worker_id = $2::uuid and d.owner_epoch = $3
   for no key update of d
