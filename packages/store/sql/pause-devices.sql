-- What an operator wants of devices, and the audit of it, in one statement. At most 500 devices.
-- A device that drains or is drained stays so: that is the stronger wish.
-- $1 devices · $2 for how long, ms (null: until resumed) · $3 reason · $4 actor
with locked as materialized (
  select d.id, d.name, d.desired_state, d.paused_until, d.desired_reason
    from devices d
   where d.id = any($1::bigint[])
   order by d.id
     for no key update of d
), judged as materialized (
  select l.*,
         case
           when l.desired_state in ('draining', 'drained') then 'kept'
           when l.desired_state = 'paused' and l.paused_until is null and $2::bigint is null
                and ($3::text is null or l.desired_reason = $3::text) then 'already'
           else 'changed'
         end as outcome
    from locked l
), changed as (
  update devices d
     set desired_state = 'paused', paused_until = now() + $2::bigint * interval '1 ms', desired_reason = $3::text
    from judged j
   where d.id = j.id and j.outcome = 'changed'
  returning d.id, d.name, d.desired_state, d.paused_until
), noted as (
  insert into operator_actions (actor, action, object, reason, detail)
  select $4, 'device.pause', 'device:' || j.name, $3::text, jsonb_build_object('before', j.desired_state, 'for_ms', $2::bigint)
    from judged j
   where j.outcome = 'changed'
   order by j.id
)
select j.id, j.name, j.outcome, j.desired_state as before, coalesce(c.desired_state, j.desired_state) as after,
       case when c.id is null then j.paused_until else c.paused_until end as paused_until
  from judged j left join changed c on c.id = j.id
 order by j.name
