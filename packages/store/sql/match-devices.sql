-- Which devices an operator means. Labels match when the device has all of them; a pause that has run out is no pause.
-- $1 names, null: any · $2 labels as an object, {}: any · $3 state, null: any · $4 session state, null: any
select d.id, d.name
  from devices d
 where ($1::text[] is null or d.name = any($1::text[])) and d.labels @> $2::jsonb
   and ($3::text is null
        or case when d.desired_state = 'paused' and d.paused_until <= now() then 'running' else d.desired_state end = $3::text)
   and ($4::text is null or d.session_state = $4::text)
 order by d.name
