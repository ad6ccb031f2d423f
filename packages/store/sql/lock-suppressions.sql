-- Waits until no enrolment is under way, and keeps new ones out until the transaction ends. See share-suppressions.sql.
select pg_advisory_xact_lock(8205, 1)
