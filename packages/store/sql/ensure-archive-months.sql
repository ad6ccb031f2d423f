-- Sees that the archive has a place for every month since the installation: a statement of its own, for no partition can be made
-- while the archive is in use.
select count(ensure_archive_month(month))::integer as months
  from settings
 cross join generate_series(date_trunc('month', installed_at at time zone 'UTC') at time zone 'UTC', now(), interval '1 month') as month
