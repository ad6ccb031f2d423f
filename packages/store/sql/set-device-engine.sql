-- Gives devices to an engine. An owner of the other one begins nothing more and gives the device up; until then nobody may
-- claim it. Returns those that were moved.
-- $1 devices, 500 at most · $2 engine
with locked as materialized (
  select d.id from devices d
   where d.id = any($1::bigint[]) and d.engine <> $2
   order by d.id
     for no key update of d
)
update devices d
   set engine = $2
  from locked
 where d.id = locked.id
returning d.id
