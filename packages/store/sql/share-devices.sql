-- Keeps devices from being removed until the transaction ends; they can still be claimed, paused and changed.
-- $1 devices, at most 500
select d.id from devices d where d.id = any($1::bigint[]) order by d.id for key share of d
