-- Hands the operator what to scan or to type, encrypted; for 60 s at most, and never longer than the request stands.
-- $1 device · $2 worker · $3 epoch · $4 when the request was made · $5 challenge · $6 how long it can be used, ms
with device as materialized (
  select d.id
    from devices d
   where d.id = $1 and d.owner_worker_id = $2::uuid and d.owner_epoch = $3
     for share of d
), shown as (
  update pairings p
     set state = 'waiting', challenge = $5,
         challenge_expires_at = least(p.expires_at, now() + least($6::bigint, 60000) * interval '1 ms')
    from device
   where p.device_id = device.id and p.requested_at = $4 and p.state in ('requested', 'waiting') and p.expires_at > now()
  returning p.device_id
)
select case when not exists (select from device) then 'fenced'
            when not exists (select from shown) then 'gone'
            else 'shown' end as outcome
