-- Who already has one of these names or numbers, so that a refusal can name it.
-- $1 names · $2 phones
select d.name, d.phone
  from devices d
 where d.name = any($1::text[]) or d.phone = any($2::text[])
 order by d.name
 limit 20
