-- The migrations that were applied; the table is the runner's, and missing before the first one.
select name from migrations order by id
