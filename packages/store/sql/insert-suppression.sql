-- Suppresses a number for good, whether or not it is a contact's. Needs lock-suppressions.
-- $1 phone hash · $2 reason
insert into suppressions (phone_hash, reason) values ($1, $2) on conflict (phone_hash) do nothing returning at
