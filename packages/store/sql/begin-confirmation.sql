-- Decides whether the confirmation of an opt-out may leave now, and writes the intent if so: as begin-deliveries.sql, in
-- the same order and without waiting for a device or a contact that is held. Here the contact must be suppressed, and by
-- the opt-out that is confirmed: who was let in again since, or opted out once more, is not told of the earlier one.
-- $1 worker · $2 sequence contact · $3 cycle · $4 device · $5 epoch · $6 pacing version that the caller paced by
-- $7 the oldest that may be sent, ms
with given as materialized (
  select l.contact_id
    from deliveries l
   where l.sequence_contact_id = $2 and l.step_key = 'opt-out' and l.cycle = $3
), device as materialized (
  select d.id, d.owner_worker_id, d.owner_epoch, d.pacing_version, device_may_send(d) as may_send
    from devices d
   where d.id = $4
     for share of d skip locked
), contact as materialized (
  select c.id, c.suppressed_at
    from contacts c
   where c.id = (select contact_id from given) and exists (select from device)
     for share of c skip locked
), delivery as materialized (
  select l.state, l.device_id, l.intent_at
    from deliveries l
   where l.sequence_contact_id = $2 and l.step_key = 'opt-out' and l.cycle = $3 and exists (select from contact)
     for no key update of l
), judged as materialized (
  select case
           when not exists (select from given) then 'stale'
           when device.id is null then 'busy'
           when device.owner_worker_id is distinct from $1::uuid or device.owner_epoch <> $5 then 'not_mine'
           when contact.id is null then 'busy'
           when delivery.state is distinct from 'ready' or delivery.device_id <> device.id then 'stale'
           when contact.suppressed_at is null or contact.suppressed_at > delivery.intent_at then 'revoked'
           when delivery.intent_at < now() - $7::bigint * interval '1 ms' then 'too_old'
           when not device.may_send then 'device_not_running'
           when device.pacing_version <> $6 then 'pacing_changed'
           else 'begun'
         end as outcome
    from (select) as one
    left join device on true
    left join contact on true
    left join delivery on true
), written as (
  update deliveries l
     set state = case j.outcome when 'begun' then 'sending' else 'cancelled' end,
         epoch = case j.outcome when 'begun' then $5 else l.epoch end,
         attempts = l.attempts + case j.outcome when 'begun' then 1 else 0 end,
         last_attempt_at = case j.outcome when 'begun' then now() else l.last_attempt_at end,
         concluded_at = case j.outcome when 'begun' then null else now() end,
         error_class = null, error_code = case j.outcome when 'begun' then null else j.outcome end
    from judged j
   where l.sequence_contact_id = $2 and l.step_key = 'opt-out' and l.cycle = $3
     and j.outcome in ('begun', 'revoked', 'too_old')
  returning l.message_id, l.to_jid, l.body, l.attempts
)
select j.outcome, w.message_id, w.to_jid, w.body, w.attempts from judged j left join written w on true
