-- Keeps what was answered.
-- $1 hash of who asks and the Idempotency-Key · $2 status · $3 body
update idempotency_keys k set status = $2::integer, body = $3::text where k.hash = $1::bytea
