-- Which Postgres this is, and its clock.
select current_setting('server_version') as version, current_setting('server_version_num')::integer as version_number,
       extract(epoch from clock_timestamp()) * 1000 as now_ms, pg_is_in_recovery() as read_only
