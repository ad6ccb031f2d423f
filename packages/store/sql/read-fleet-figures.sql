-- Figures of the whole fleet, for metrics.
-- $1 horizon, ms: something due within it makes a device wanted
with depth as (
  select count(*)::double precision as rows
    from sequence_contacts s where s.dispatch_state in ('queued', 'sending')
   group by s.device_id
)
select (select percentile_cont(array[0.5, 0.9, 0.99, 1]) within group (order by rows) from depth) as depth_quantiles,
       (select coalesce(json_object_agg(session_state, n), '{}')
          from (select session_state, count(*) as n from devices group by session_state) as states) as session_states,
       (select count(*) from devices d
         cross join lateral device_work(d.id, $1::bigint * interval '1 ms') as todo
         where device_may_send(d) and todo.since is not null)::integer as wanted
