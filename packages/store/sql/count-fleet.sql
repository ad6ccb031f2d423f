-- Devices and workers at this instant. A device worker runs where a device has a live owner.
-- $1 steal, ms
with device as (
  select d.session_state,
         case when d.desired_state = 'paused' and d.paused_until <= now() then 'running' else d.desired_state end as state,
         coalesce(w.last_heartbeat_at > now() - $1::bigint * interval '1 ms', false) as owner_live
    from devices d left join workers w on w.id = d.owner_worker_id
)
select count(*)::integer as devices,
       count(*) filter (where owner_live)::integer as active_workers,
       (select count(*)::integer from workers w
         where w.last_heartbeat_at > now() - $1::bigint * interval '1 ms') as worker_processes,
       coalesce((select jsonb_object_agg(g.state, g.n) from (select state, count(*) as n from device group by 1) g), '{}')
         as by_state,
       coalesce((select jsonb_object_agg(g.session_state, g.n)
                   from (select session_state, count(*) as n from device group by 1) g), '{}') as by_session_state
  from device
