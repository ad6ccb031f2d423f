-- Erases the texts of messages that are concluded and old. What an operator must still decide keeps its text. Deliveries are read
-- in the order of time (brin), a span of it at a time, from where the last call stopped.
-- Needs lock-prune in the same transaction.
-- $1 age, ms · $2 rows at most · $3 span, ms
with span as materialized (
  select bodies_erased_until as since,
         least(bodies_erased_until + $3::bigint * interval '1 ms', now() - $1::bigint * interval '1 ms') as until
    from settings
), old as materialized (
  select l.sequence_contact_id, l.step_key, l.cycle
    from deliveries l
   where l.last_attempt_at >= (select since from span) and l.last_attempt_at < (select until from span)
     and l.body is not null and l.state in ('sent', 'failed', 'cancelled')
   order by l.sequence_contact_id, l.step_key, l.cycle
   limit $2
     for no key update of l
), erased as (
  update deliveries l
     set body = null
    from old
   where l.sequence_contact_id = old.sequence_contact_id and l.step_key = old.step_key and l.cycle = old.cycle
  returning 1
), moved as (
  update settings s
     set bodies_erased_until = span.until
    from span
   where span.until > span.since and not exists (select from old)
)
select (select count(*) from erased)::integer as rows,
       (select until < now() - $1::bigint * interval '1 ms' from span) as is_behind
