-- Adds what is newly known of contacts that lock-contacts holds. What is not given is kept. The earliest consent is
-- kept, with its source: it is the one that every message since then rests on; consent is never cleared here.
-- arrays, pairwise, at most 500, each contact once: $1 contacts · $2 names · $3 time zones · $4 attributes
-- $5 consent sources · $6 consent instants (null: now)
update contacts c
   set name = coalesce(g.name, c.name),
       time_zone = coalesce(g.time_zone, c.time_zone),
       attributes = c.attributes || g.attributes,
       consent_source = case when c.consent_at <= g.consent_at then c.consent_source else g.consent_source end,
       consent_at = case when c.consent_at <= g.consent_at then c.consent_at else g.consent_at end
  from (select u.id, u.name, u.time_zone, u.attributes, u.consent_source,
               least(coalesce(u.consent_at, now()), now()) as consent_at
          from unnest($1::bigint[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[])
               as u(id, name, time_zone, attributes, consent_source, consent_at)) g
 where c.id = g.id
