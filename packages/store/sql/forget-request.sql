-- A request that broke on our side may be asked again under the same key.
-- $1 hash of who asks and the Idempotency-Key
delete from idempotency_keys k where k.hash = $1::bytea and k.status is null
