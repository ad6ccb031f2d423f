-- Asks the owners of devices to finish what is in hand and let go, and the audit of it, in one statement.
-- At most 500 devices.
-- $1 devices · $2 reason · $3 actor
with locked as materialized (
  select d.id, d.name, d.desired_state
    from devices d
   where d.id = any($1::bigint[])
   order by d.id
     for no key update of d
), changed as (
  update devices d
     set desired_state = 'draining', paused_until = null, desired_reason = $2::text
    from locked l
   where d.id = l.id and l.desired_state not in ('draining', 'drained')
  returning d.id
), noted as (
  insert into operator_actions (actor, action, object, reason, detail)
  select $3, 'device.drain', 'device:' || l.name, $2::text, jsonb_build_object('before', l.desired_state)
    from locked l join changed c on c.id = l.id
   order by l.id
)
select l.id, l.name, case when c.id is null then 'already' else 'changed' end as outcome, l.desired_state as before
  from locked l left join changed c on c.id = l.id
 order by l.name
