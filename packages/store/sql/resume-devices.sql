-- Lets devices send again, and the audit of it, in one statement. At most 500 devices.
-- What has no end of its own is lifted: a restriction, and a session that came to its end (unpaired, logged out, banned,
-- in conflict, quarantined). Resuming says that it was looked after; the next connect tells. A restriction until a time is WhatsApp's
-- and stays, whatever became of the session.
-- $1 devices · $2 reason · $3 actor
with locked as materialized (
  select d.id, d.name, d.desired_state, d.paused_until, d.session_state,
         d.session_state in ('unpaired', 'logged_out', 'banned', 'conflict', 'quarantined')
         or (d.session_state = 'restricted' and (d.restricted_until is null or d.restricted_until <= now())) as liftable,
         coalesce(d.restricted_until > now(), false) as timed
    from devices d
   where d.id = any($1::bigint[])
   order by d.id
     for no key update of d
), changed as (
  update devices d
     set desired_state = 'running', paused_until = null, desired_reason = null,
         session_state = case when not l.liftable then d.session_state when l.timed then 'restricted' else 'closed' end,
         state_reason = case when l.liftable then null else d.state_reason end,
         state_since = case when l.liftable then now() else d.state_since end,
         restriction = case when l.liftable and not l.timed then null else d.restriction end,
         restricted_until = case when l.liftable and not l.timed then null else d.restricted_until end
    from locked l
   where d.id = l.id and (l.desired_state <> 'running' or l.liftable)
  returning d.id, d.session_state
), noted as (
  insert into operator_actions (actor, action, object, reason, detail)
  select $3, 'device.resume', 'device:' || l.name, $2,
         jsonb_build_object('before', l.desired_state, 'restriction_lifted', l.liftable)
    from locked l join changed c on c.id = l.id
   order by l.id
)
select l.id, l.name, case when c.id is null then 'already' else 'changed' end as outcome, l.desired_state as before,
       coalesce(c.session_state, l.session_state) as session_state, l.liftable and c.id is not null as restriction_lifted
  from locked l left join changed c on c.id = l.id
 order by l.name
