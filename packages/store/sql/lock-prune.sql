-- Takes the right to prune until the transaction ends; false when another scheduler has it.
select pg_try_advisory_xact_lock(hashtext('dripfleet prune')) as locked
