-- Up Migration

-- How far prune has come: every text before the first, and every run that ended before the second, has been seen to.
alter table settings
  add column bodies_erased_until timestamptz not null default '2020-01-01',
  add column archived_until timestamptz not null default '2020-01-01';
update settings set bodies_erased_until = installed_at, archived_until = installed_at;
alter table settings
  alter column bodies_erased_until set default now(),
  alter column archived_until set default now();

-- Final deliveries of runs that ended long ago, by the month in which they were decided: no text and no number. Months that
-- nobody needs can be detached and dropped.
create table archived_deliveries (
  sequence_contact_id bigint not null,
  step_key text not null,
  cycle integer not null,
  contact_id bigint not null,
  device_id bigint not null,
  message_id text not null,
  state text not null check (state in ('sent', 'cancelled')),
  attempts integer not null,
  resends integer not null,
  intent_at timestamptz not null,
  last_attempt_at timestamptz not null,
  concluded_at timestamptz,
  acked_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  error_class text,
  error_code text,
  primary key (sequence_contact_id, step_key, cycle, intent_at)
) partition by range (intent_at);
create index archived_deliveries_known on archived_deliveries (contact_id, device_id) where state = 'sent';

-- Their number by state, so that totals stay what they were when a month is dropped.
create table archived_counts (
  state text primary key,
  deliveries bigint not null
);

-- With the rights of whoever migrates: the schedulers need none to make tables.
create function ensure_archive_month(month timestamptz) returns void
  language plpgsql security definer set search_path from current as $$
declare
  first date := date_trunc('month', month at time zone 'UTC')::date;
begin
  execute format('create table if not exists %I partition of archived_deliveries for values from (%L) to (%L)',
                 'archived_deliveries_' || to_char(first, 'YYYY_MM'),
                 first::timestamp at time zone 'UTC', (first + interval '1 month')::timestamp at time zone 'UTC');
end $$;

-- Prune: runs by when they ended.
create index sequence_contacts_finished on sequence_contacts (finished_at) where finished_at is not null;
