-- Every sequence with the number of its runs by status. Counts are one scan of the table: for an operator, not a loop.
-- $1 names, null: all
with chosen as materialized (
  select s.id, s.name, s.status, s.current_version, v.published_at, jsonb_array_length(v.definition -> 'steps') as steps
    from sequences s
    join sequence_versions v on v.sequence_id = s.id and v.version = s.current_version
   where $1::text[] is null or s.name = any($1::text[])
), runs as (
  select r.sequence_id, jsonb_object_agg(r.status, r.n) as by_status
    from (select c.sequence_id, c.status, count(*)::integer as n
            from sequence_contacts c
           where c.sequence_id in (select id from chosen)
           group by c.sequence_id, c.status) r
   group by r.sequence_id
)
select chosen.*, coalesce(runs.by_status, '{}') as by_status
  from chosen left join runs on runs.sequence_id = chosen.id
 order by chosen.name
