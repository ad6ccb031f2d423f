-- One sequence with its current edition, and the clock that enrolments into it go by.
-- $1 name
select s.id, s.name, s.status, s.current_version, v.definition, v.published_at,
       (extract(epoch from now()) * 1000)::float8 as now_ms
  from sequences s
  join sequence_versions v on v.sequence_id = s.id and v.version = s.current_version
 where s.name = $1
