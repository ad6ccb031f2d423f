-- Takes the right to fill the queues of one shard until the transaction ends; false when another scheduler has it.
-- A statement of its own: the next one must see all that the last holder committed, and a statement sees only what
-- was committed before it began. Taken and counted in one statement, two schedulers fill the room twice.
-- $1 shard, 0..63
select pg_try_advisory_xact_lock(hashtext('dripfleet select'), $1::integer) as locked
