-- Keeps new suppressions out until the transaction ends. A suppression finds its contact by number; without this, one
-- that is just being enrolled would be missed by it, and it by the enrolment. First of all locks; the number is ours.
select pg_advisory_xact_lock_shared(8205, 1)
