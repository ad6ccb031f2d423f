-- The devices of this engine with something due, in no order, and how old this server's news is: the age of the newest
-- heartbeat that it knows of. For a replica: whatever is found is looked at again on the primary.
-- $1 engine
select (select extract(epoch from now() - max(w.last_heartbeat_at)) * 1000 from workers w)::float8 as news_age_ms,
       coalesce(
         (select array_agg(d.id)
            from devices d
           where d.engine = $1 and device_may_send(d)
             and exists (select
                           from unnest('{0,1,2}'::smallint[]) as p(priority)
                          cross join lateral (
                            select from sequence_contacts s
                             where s.device_id = d.id and s.priority = p.priority
                               and s.status = 'active' and s.dispatch_state = 'idle' and s.next_trigger_time <= now()
                             limit 1) as due)),
         '{}') as devices
