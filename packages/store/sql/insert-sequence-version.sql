-- Publishes an edition and makes it the one that new enrolments get. Runs keep the edition they began with.
-- $1 sequence · $2 version · $3 definition
with published as (
  insert into sequence_versions (sequence_id, version, definition) values ($1, $2, $3::jsonb)
  returning sequence_id, version
)
update sequences s set current_version = p.version from published p where s.id = p.sequence_id
