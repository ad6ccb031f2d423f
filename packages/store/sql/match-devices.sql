-- Which devices an operator means. Labels match when the device has all of them.
-- $1 names, null: any · $2 labels as an object, {}: any
select d.id, d.name
  from devices d
 where ($1::text[] is null or d.name = any($1::text[])) and d.labels @> $2::jsonb
 order by d.name
