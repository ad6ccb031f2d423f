-- Rows queued for each device, also for those that have none.
select d.name, coalesce(hand.queued, 0)::integer as queued
  from devices d
  left join (select s.device_id, count(*) as queued
               from sequence_contacts s
              where s.dispatch_state = 'queued'
              group by s.device_id) as hand on hand.device_id = d.id
 order by queued desc, d.name
