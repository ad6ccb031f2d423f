-- Moves deliveries of runs that ended long ago to the archive of their month, and counts them there. What failed, and what an
-- operator must decide, stays. Runs are read by when they ended, a span of time at once, from where the last call stopped; rows that
-- somebody holds stay.
-- Needs lock-prune and ensure-archive-months in the same transaction.
-- $1 age, ms: more than the longest window of a pacing, which counts these rows · $2 rows at most · $3 span, ms
with span as materialized (
  select archived_until as since,
         least(archived_until + $3::bigint * interval '1 ms', now() - $1::bigint * interval '1 ms') as until
    from settings
), old as materialized (
  select l.sequence_contact_id, l.step_key, l.cycle
    from sequence_contacts s
    join deliveries l on l.sequence_contact_id = s.id
   where s.finished_at >= (select since from span) and s.finished_at < (select until from span)
     and l.state in ('sent', 'cancelled') and l.last_attempt_at < now() - $1::bigint * interval '1 ms'
   limit $2
     for no key update of l skip locked
), taken as (
  delete from deliveries l
   using old
   where l.sequence_contact_id = old.sequence_contact_id and l.step_key = old.step_key and l.cycle = old.cycle
  returning l.*
), kept as (
  insert into archived_deliveries (sequence_contact_id, step_key, cycle, contact_id, device_id, message_id, state, attempts, resends,
                                   intent_at, last_attempt_at, concluded_at, acked_at, delivered_at, read_at, error_class, error_code)
  select sequence_contact_id, step_key, cycle, contact_id, device_id, message_id, state, attempts, resends,
         intent_at, last_attempt_at, concluded_at, acked_at, delivered_at, read_at, error_class, error_code
    from taken
  returning state
), counted as (
  insert into archived_counts as c (state, deliveries)
  select state, count(*) from kept group by state
  on conflict (state) do update set deliveries = c.deliveries + excluded.deliveries
), moved as (
  update settings s
     set archived_until = span.until
    from span
   where span.until > span.since and not exists (select from old)
)
select (select count(*) from kept)::integer as rows,
       (select until < now() - $1::bigint * interval '1 ms' from span) as is_behind
