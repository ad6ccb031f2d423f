-- Published versions never change, so the caller keeps them.
-- $1 sequence ids · $2 versions, pairwise
select v.sequence_id, v.version, v.definition
  from sequence_versions v
  join unnest($1::bigint[], $2::integer[]) as g(sequence_id, version)
    on g.sequence_id = v.sequence_id and g.version = v.version
