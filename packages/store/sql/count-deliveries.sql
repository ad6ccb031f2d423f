-- Deliveries by state since installation, those in the archive included. One scan: the ledger keeps no counter, for one row that every
-- finish changes would make all of them wait for each other.
select state, sum(n)::bigint as n
  from (select l.state, count(*) as n from deliveries l group by l.state
        union all
        select c.state, c.deliveries from archived_counts c) as both_places
 group by state
