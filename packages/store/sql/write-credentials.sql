-- Stores what a device's session must remember, all of it or nothing, and only for the owner: the shared lock on the
-- device keeps a claim from passing between the check and the write.
-- The key of the credentials must still be the one that the caller encrypted with.
-- $1 device · $2 worker · $3 epoch · $4 the wrapped key that was used
-- $5 what wraps it, when the key is new and is to be stored; null: it is stored already
-- to keep, pairwise: $6 kinds · $7 key ids · $8 ciphertexts
-- to forget, pairwise: $9 kinds · $10 key ids
with device as materialized (
  select d.id
    from devices d
   where d.id = $1 and d.owner_worker_id = $2::uuid and d.owner_epoch = $3
     for share of d
), made as (
  insert into device_keys (device_id, wrapped_by, wrapped_key)
  select device.id, $5, $4::bytea from device where $5::text is not null
  on conflict (device_id) do nothing
  returning device_id
), known as materialized (
  select k.device_id
    from device_keys k join device on device.id = k.device_id
   where $5::text is null and k.wrapped_key = $4::bytea
     for key share of k
), key as (
  select device_id from made union all select device_id from known
), kept as (
  insert into device_credentials as c (device_id, kind, key_id, ciphertext, epoch)
  select key.device_id, g.kind, g.key_id, g.ciphertext, $3
    from key cross join unnest($6::text[], $7::bytea[], $8::bytea[]) as g(kind, key_id, ciphertext)
  on conflict (device_id, kind, key_id) do update set ciphertext = excluded.ciphertext, epoch = excluded.epoch
), forgotten as (
  delete from device_credentials c
   using key cross join unnest($9::text[], $10::bytea[]) as g(kind, key_id)
   where c.device_id = key.device_id and c.kind = g.kind and c.key_id = g.key_id
)
select case when not exists (select from device) then 'fenced'
            when not exists (select from key) then 'key_changed'
            else 'written' end as outcome
