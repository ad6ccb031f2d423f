-- The devices that contacts can be enrolled on, with how many each has to write to. One that is drained, draining,
-- banned or logged out is not given new contacts by itself; by name it can be.
-- $1 labels as an object, {}: any
select d.id, d.name,
       d.labels @> $1::jsonb and d.desired_state in ('running', 'paused')
         and d.session_state not in ('banned', 'logged_out') as eligible,
       coalesce(load.contacts, 0)::integer as contacts
  from devices d
  left join (select s.device_id, count(*) as contacts
               from sequence_contacts s
              where s.status in ('active', 'paused')
              group by s.device_id) load on load.device_id = d.id
 order by d.id
