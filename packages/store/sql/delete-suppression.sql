-- Lets a number be written to again. Needs lock-suppressions.
-- $1 phone hash
delete from suppressions where phone_hash = $1 returning at
