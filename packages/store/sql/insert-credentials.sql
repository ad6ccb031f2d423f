-- Credentials of a device that had none under these ids. Runs under a lock on the device's row; the epoch is the row's.
-- $1 device · pairwise: $2 kinds · $3 key ids · $4 ciphertexts
insert into device_credentials (device_id, kind, key_id, ciphertext, epoch)
select d.id, g.kind, g.key_id, g.ciphertext, d.owner_epoch
  from devices d cross join unnest($2::text[], $3::bytea[], $4::bytea[]) as g(kind, key_id, ciphertext)
 where d.id = $1
