-- The network restricted the account, towards new contacts or everybody, until a time or until an operator resumes it.
-- What lasts stays: one towards everybody over one towards new contacts, and of two towards everybody the longer. Of two
-- towards new contacts the shorter, for one of them may be a guess.
-- Not fenced: what the network said is true whoever heard it.
-- $1 device · $2 reason · $3 restriction · $4 for so long, ms; null: without an end
with told as materialized (
  select d.id, now() + $4::bigint * interval '1 ms' as until,
         case when (d.session_state = 'restricted' or d.restriction is not null) and coalesce(d.restricted_until > now(), true)
              then coalesce(d.restriction, 'everybody') end as lasting
    from devices d
   where d.id = $1
     for no key update of d
)
update devices d
   set session_state = case when d.session_state in ('unpaired', 'logged_out', 'banned', 'conflict', 'quarantined') then d.session_state
                            else 'restricted' end,
       state_reason = case when d.session_state in ('unpaired', 'logged_out', 'banned', 'conflict', 'quarantined') then d.state_reason
                           else $2 end,
       state_since = case when d.session_state in ('unpaired', 'logged_out', 'banned', 'conflict', 'quarantined', 'restricted')
                          then d.state_since else now() end,
       restriction = $3,
       restricted_until = case
         when t.lasting is distinct from $3 then t.until
         when $3 = 'new_contacts' then least(d.restricted_until, t.until)
         when d.restricted_until is not null and t.until is not null then greatest(d.restricted_until, t.until)
       end
  from told t
 where d.id = t.id and (t.lasting is null or t.lasting = $3 or $3 = 'everybody')
