-- Makes contacts that do not exist yet; a number that is suppressed gets none. Two who insert the same number wait for
-- each other in the order of the numbers, and before any of them locks an existing contact.
-- A consent from the future was given now: somebody's clock, or a date read in another time zone.
-- arrays, pairwise, at most 500: $1 phones · $2 phone hashes · $3 names · $4 time zones · $5 attributes
-- $6 consent sources · $7 consent instants (null: now)
insert into contacts as c (phone, name, time_zone, attributes, consent_source, consent_at)
select g.phone, g.name, g.time_zone, g.attributes, g.consent_source, least(coalesce(g.consent_at, now()), now())
  from unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::timestamptz[])
       as g(phone, phone_hash, name, time_zone, attributes, consent_source, consent_at)
 where not exists (select from suppressions p where p.phone_hash = g.phone_hash)
 order by g.phone
on conflict (phone) do nothing
returning c.phone
