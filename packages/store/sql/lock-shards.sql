-- Takes the right to fill the queues of these shards until the transaction ends; those that another scheduler has are left out.
-- A statement of its own: the next one must see all that the last holder committed, and a statement sees only what
-- was committed before it began. Taken and counted in one statement, two schedulers fill the room twice.
-- $1 shards, 0..63
select g.shard
  from unnest($1::integer[]) as g(shard)
 where pg_try_advisory_xact_lock(hashtext('dripfleet select'), g.shard)
