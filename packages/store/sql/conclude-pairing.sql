-- How an attempt to link a device ended. The device learns its number even if the operator stopped waiting meanwhile:
-- the phone has linked it. A number that is not the device's, or is another's, makes it a failure.
-- $1 device · $2 worker · $3 epoch · $4 when the request was made · $5 phone, null: it failed · $6 why it failed
with device as materialized (
  select d.id, d.phone
    from devices d
   where d.id = $1 and d.owner_worker_id = $2::uuid and d.owner_epoch = $3
     for no key update of d
), judged as materialized (
  select device.id,
         case when device.phone <> $5::text then 'other_phone'
              when exists (select from devices o where o.phone = $5::text and o.id <> device.id) then 'phone_taken'
              else 'concluded' end as outcome
    from device
), numbered as (
  update devices d
     set phone = $5::text
    from judged
   where d.id = judged.id and judged.outcome = 'concluded' and $5::text is not null and d.phone is null
), concluded as (
  update pairings p
     set state = case when $5::text is not null and judged.outcome = 'concluded' then 'paired' else 'failed' end,
         reason = case judged.outcome
                    when 'other_phone' then 'the phone has another number than the device'
                    when 'phone_taken' then 'another device has the number of this phone'
                    else $6::text end,
         challenge = null, challenge_expires_at = null
    from judged
   where p.device_id = judged.id and p.requested_at = $4 and p.state in ('requested', 'waiting')
)
select judged.outcome from judged
