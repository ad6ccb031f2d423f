-- Registers devices; a name or number that is taken fails the statement (unique violation).
-- arrays, pairwise: $1 names · $2 phones (null: none yet) · for all of them: $3 labels · $4 pacing or null
insert into devices (name, phone, labels, pacing)
select g.name, g.phone, $3::jsonb, $4::jsonb
  from unnest($1::text[], $2::text[]) as g(name, phone)
returning id, name
