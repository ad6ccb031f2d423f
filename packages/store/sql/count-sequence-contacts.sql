-- Runs by status, and how far the due ones lie behind. One scan.
with run as (
  select s.status, count(*)::integer as n,
         count(*) filter (where s.dispatch_state = 'idle' and s.next_trigger_time <= now())::integer as due,
         count(*) filter (where s.dispatch_state = 'held')::integer as held,
         min(s.next_trigger_time) filter (where s.dispatch_state = 'idle' and s.next_trigger_time <= now()) as oldest_due_at
    from sequence_contacts s
   group by s.status
)
select coalesce(jsonb_object_agg(run.status, run.n), '{}') as by_status,
       coalesce(sum(run.held), 0)::integer as held,
       coalesce(sum(run.due) filter (where run.status = 'active'), 0)::integer as due,
       extract(epoch from now() - min(run.oldest_due_at) filter (where run.status = 'active')) * 1000 as oldest_due_age_ms
  from run
