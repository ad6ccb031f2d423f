-- Up Migration

-- The rules of 0002 as tables of one row: the planner writes those into the statement, while it runs a plan of its own for
-- every call of a function that returns a value.
drop function device_work_since(bigint, interval);
drop function device_is_pairing(bigint);

-- Whether an operator waits for this device to be paired.
create function device_pairing(device bigint) returns table (is_pairing boolean) language sql stable as $$
  select exists (
    select from pairings p
     where p.device_id = device and p.state in ('requested', 'waiting') and p.expires_at > now())
$$;

-- Since when a device has had something to do: queued, in flight, a confirmation to send, or due before `horizon` from now.
-- Null: nothing. A device with something to do is wanted by the fleet; one without may be given up.
create function device_work(device bigint, horizon interval) returns table (since timestamptz) language sql stable as $$
  select least(
    (select min(h.next_trigger_time) from sequence_contacts h
      where h.device_id = device and h.dispatch_state in ('queued', 'sending')),
    (select min(due.next_trigger_time)
       from unnest('{0,1,2}'::smallint[]) as p(priority)
      cross join lateral (
        select s.next_trigger_time from sequence_contacts s
         where s.device_id = device and s.priority = p.priority and s.status = 'active' and s.dispatch_state = 'idle'
           and s.next_trigger_time <= now() + horizon
         order by s.next_trigger_time limit 1) as due),
    (select min(l.intent_at) from deliveries l where l.device_id = device and l.state = 'sending'),
    (select min(l.intent_at) from deliveries l
      where l.device_id = device and l.state = 'ready' and l.step_key = 'opt-out'))
$$;
