-- What devices have before them, and what they did in the last hour; a device with neither is left out.
-- Reads an hour of deliveries (brin): for a page that is looked at, some seconds apart.
with due as (
  select s.device_id, count(*)::integer as n
    from sequence_contacts s
   where s.status = 'active' and s.dispatch_state = 'idle' and s.next_trigger_time <= now()
   group by s.device_id
), attempt as materialized (
  select l.device_id, l.state, l.error_class
    from deliveries l
   where l.last_attempt_at > now() - interval '1 h' and l.state in ('sent', 'failed', 'uncertain')
), sent as (
  select a.device_id, count(*)::integer as n from attempt a where a.state = 'sent' group by a.device_id
), failure as (
  select g.device_id, jsonb_object_agg(g.error_class, g.n) as classes
    from (select a.device_id, coalesce(a.error_class, 'unknown') as error_class, count(*) as n
            from attempt a where a.state <> 'sent' group by 1, 2) as g
   group by g.device_id
)
select device_id, coalesce(due.n, 0) as due, coalesce(sent.n, 0) as sent_last_hour, coalesce(failure.classes, '{}') as errors
  from due full join sent using (device_id) full join failure using (device_id)
