-- Written on change only, and only by the owner. A restriction outlives the session: while it lasts, a device that
-- connects is shown as restricted.
-- $1 device · $2 worker · $3 epoch · $4 session state · $5 reason
with owned as materialized (
  select d.id,
         (d.session_state = 'restricted' or d.restriction is not null) and coalesce(d.restricted_until > now(), true)
           as restricted,
         $4::text in ('closed', 'connecting', 'open', 'unreachable') as usable
    from devices d
   where d.id = $1 and d.owner_worker_id = $2::uuid and d.owner_epoch = $3
     for no key update of d
), told as (
  select o.id, o.restricted,
         case when o.restricted and o.usable then 'restricted' else $4::text end as state,
         case when o.restricted and o.usable then 'WhatsApp restricted the account' else $5::text end as reason
    from owned o
)
update devices d
   set session_state = t.state,
       state_reason = case when t.state = 'restricted' and d.session_state = 'restricted' then d.state_reason else t.reason end,
       state_since = case when d.session_state = t.state then d.state_since else now() end,
       restriction = case when t.restricted then d.restriction end,
       restricted_until = case when t.restricted then d.restricted_until end
  from told t
 where d.id = t.id
   and (d.session_state <> t.state or (t.state <> 'restricted' and d.state_reason is distinct from t.reason))
