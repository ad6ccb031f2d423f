-- The network lets the account write to new contacts again. Not fenced: what the network said is true whoever heard it.
-- $1 device
update devices d
   set session_state = case when d.session_state <> 'restricted' then d.session_state
                            when d.owner_worker_id is null then 'closed' else 'open' end,
       state_reason = case when d.session_state <> 'restricted' then d.state_reason end,
       state_since = case when d.session_state <> 'restricted' then d.state_since else now() end,
       restriction = null, restricted_until = null
 where d.id = $1 and d.restriction = 'new_contacts'
