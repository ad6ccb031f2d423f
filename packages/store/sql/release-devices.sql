-- Gives devices up, each only under the epoch that the caller holds; their sessions are closed by then. A draining device becomes drained.
-- A device with a successor is kept for it alone for a while: nobody else may claim it meanwhile, the giver included.
-- $1 worker · arrays, pairwise: $2 devices · $3 epochs · $4 successors (null: nobody) · $5 kept for the successor, ms
with given as (
  select * from unnest($2::bigint[], $3::bigint[], $4::uuid[]) as g(id, epoch, successor)
), held as materialized (
  select d.id, g.successor
    from devices d join given g on g.id = d.id
   where d.owner_worker_id = $1::uuid and d.owner_epoch = g.epoch
   order by d.id
     for no key update of d
)
update devices d
   set owner_worker_id = null, owner_claimed_at = null,
       session_state = case when d.session_state in ('connecting', 'open', 'unreachable') then 'closed'
                            when d.session_state = 'pairing' then 'unpaired' else d.session_state end,
       state_since = case when d.session_state in ('connecting', 'open', 'unreachable', 'pairing') then now() else d.state_since end,
       desired_state = case when d.desired_state = 'draining' then 'drained' else d.desired_state end,
       reserved_for = case when d.desired_state <> 'draining' then held.successor end,
       reserved_until = case when d.desired_state <> 'draining' and held.successor is not null
                             then now() + $5::bigint * interval '1 ms' end
  from held
 where d.id = held.id
returning d.id, d.desired_state
