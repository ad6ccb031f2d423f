-- What a device's session remembers under these keyed hashes, still encrypted.
-- $1 device · $2 kind · $3 key ids
select c.key_id, c.ciphertext
  from device_credentials c
 where c.device_id = $1 and c.kind = $2 and c.key_id = any($3::bytea[])
