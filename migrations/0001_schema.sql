-- Up Migration

-- One row: who this installation is. The secret keys message ids and suppression hashes, so nothing rotates it.
-- Three random UUIDs carry 366 random bits; sha256 folds them into a key of 32 bytes.
create table settings (
  only_row boolean primary key default true check (only_row),
  installation_id uuid not null default gen_random_uuid(),
  installation_secret bytea not null
    default sha256((gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text)::bytea),
  installed_at timestamptz not null default now()
);
insert into settings default values;

create table workers (
  id uuid primary key,
  host text not null,
  build text not null,
  capacity integer not null check (capacity > 0),
  started_at timestamptz not null default now(),
  last_heartbeat_at timestamptz not null default now(),
  redis_ok boolean not null default true,
  draining boolean not null default false
);

create table devices (
  id bigint generated always as identity primary key,
  name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  phone text unique check (phone ~ '^\+[1-9][0-9]{4,14}$'),
  labels jsonb not null default '{}',
  desired_state text not null default 'running'
    check (desired_state in ('running', 'paused', 'draining', 'drained')),
  desired_reason text,
  paused_until timestamptz,
  session_state text not null default 'closed'
    check (session_state in ('closed', 'unpaired', 'pairing', 'connecting', 'open', 'restricted',
                             'logged_out', 'banned', 'conflict', 'unreachable')),
  state_reason text,
  state_since timestamptz not null default now(),
  restricted_until timestamptz,
  engine text not null default 'workers' check (engine in ('workers', 'direct')),
  pacing jsonb,
  -- Grows with every change of pacing: begin refuses what was paced by an older one.
  pacing_version bigint not null default 0,
  owner_worker_id uuid,
  owner_epoch bigint not null default 0,
  owner_claimed_at timestamptz,
  reserved_for uuid,
  reserved_until timestamptz,
  created_at timestamptz not null default now()
);
create index devices_by_shard on devices ((id % 64));
create index devices_by_owner on devices (owner_worker_id) where owner_worker_id is not null;

create table sequences (
  id bigint generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  status text not null default 'active' check (status in ('draft', 'active', 'paused', 'archived')),
  current_version integer not null,
  created_at timestamptz not null default now()
);

-- Immutable: a change is a new version.
create table sequence_versions (
  sequence_id bigint not null references sequences,
  version integer not null,
  definition jsonb not null,
  published_at timestamptz not null default now(),
  primary key (sequence_id, version)
);

create table contacts (
  id bigint generated always as identity primary key,
  phone text not null unique check (phone ~ '^\+[1-9][0-9]{4,14}$'),
  name text,
  time_zone text,
  attributes jsonb not null default '{}',
  consent_source text,
  consent_at timestamptz,
  suppressed_at timestamptz,
  created_at timestamptz not null default now()
);

-- Keyed hashes, so that a number stays suppressed after its contact was erased.
create table suppressions (
  phone_hash bytea primary key,
  reason text not null,
  at timestamptz not null default now()
);

create table sequence_contacts (
  id bigint generated always as identity primary key,
  sequence_id bigint not null references sequences,
  version integer not null,
  contact_id bigint not null references contacts,
  run_no integer not null default 1,
  device_id bigint not null references devices,
  -- Null only when the run has ended.
  next_step_key text check (next_step_key ~ '^[a-z0-9_-]{1,40}$'),
  -- 0 urgent, 1 normal, 2 low.
  priority smallint not null default 1 check (priority between 0 and 2),
  status text not null default 'active'
    check (status in ('active', 'paused', 'completed', 'exited', 'failed')),
  exit_reason text,
  next_trigger_time timestamptz not null,
  dispatch_state text not null default 'idle'
    check (dispatch_state in ('idle', 'queued', 'sending', 'held')),
  dispatch_seq bigint not null default 0,
  crash_count integer not null default 0,
  assigned_worker_id uuid,
  worker_assigned_at timestamptz,
  -- Names the row of the file it came from; the same row never enrolls twice.
  import_key text,
  enrolled_at timestamptz not null default now(),
  finished_at timestamptz,
  foreign key (sequence_id, version) references sequence_versions,
  unique (sequence_id, contact_id, run_no),
  unique (sequence_id, import_key)
) with (fillfactor = 80);
create unique index sequence_contacts_one_run on sequence_contacts (sequence_id, contact_id)
  where status in ('active', 'paused');
-- Select: the due rows of one device, in order.
create index sequence_contacts_due on sequence_contacts (device_id, priority, next_trigger_time)
  where status = 'active' and dispatch_state = 'idle';
-- Select: the room of a device. Claim: what an earlier owner left queued.
create index sequence_contacts_in_hand on sequence_contacts (device_id)
  where dispatch_state in ('queued', 'sending');
-- device show: what an operator must decide.
create index sequence_contacts_held on sequence_contacts (device_id) where dispatch_state = 'held';
-- Reconcile: rows that have waited for their job for long.
create index sequence_contacts_queued on sequence_contacts (worker_assigned_at)
  where dispatch_state = 'queued';
-- What a worker has in hand: device show, the health check and the report on a dead worker read it.
create index sequence_contacts_by_worker on sequence_contacts (assigned_worker_id, next_trigger_time)
  where status = 'active';
create index sequence_contacts_by_contact on sequence_contacts (contact_id);

-- The send ledger: one row per decision to send, bound to one message id for ever.
create table deliveries (
  sequence_contact_id bigint not null references sequence_contacts,
  step_key text not null check (step_key ~ '^[a-z0-9_-]{1,40}$'),
  cycle integer not null default 0,
  contact_id bigint not null,
  device_id bigint not null,
  message_id text not null unique,
  to_jid text not null,
  -- Null once erased by age.
  body text,
  state text not null check (state in ('ready', 'sending', 'sent', 'failed', 'uncertain', 'cancelled')),
  epoch bigint not null,
  -- How often it was begun; fences what is reported about one attempt.
  attempts integer not null default 1,
  -- How often it was transmitted again without knowing what became of the time before.
  resends integer not null default 0,
  intent_at timestamptz not null default now(),
  last_attempt_at timestamptz not null default now(),
  -- When the last attempt was concluded, whatever came out.
  concluded_at timestamptz,
  acked_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  error_class text
    check (error_class in ('not_sent', 'unconfirmed', 'contact', 'account', 'content', 'poison')),
  error_code text,
  primary key (sequence_contact_id, step_key, cycle)
) with (fillfactor = 80);
-- Recovery: what may or may not have left.
create index deliveries_open on deliveries (device_id) where state = 'sending';
-- Pacing: the transmissions of a device in its longest window.
create index deliveries_by_device on deliveries (device_id, last_attempt_at);
-- Statistics over the last minutes; cheap to keep, because rows are written in the order of time.
create index deliveries_by_time on deliveries using brin (last_attempt_at) with (autosummarize = on);

-- Append-only.
create table operator_actions (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  object text not null,
  reason text,
  detail jsonb not null default '{}'
);

-- Whether a device may begin to send now, as far as its own row says. The one home of this rule: select, claim and
-- begin ask it. A pause that has run out is no pause; a restriction that has run out is none.
-- A device without a number can't connect: its rows stay idle, and `device show` says what is missing.
-- Never null, for `not null` stops nothing: without an end, both last.
create function device_may_send(d devices) returns boolean language sql stable as $$
  select d.phone is not null
     and (d.desired_state = 'running' or (d.desired_state = 'paused' and coalesce(d.paused_until <= now(), false)))
     and (d.session_state in ('closed', 'connecting', 'open', 'unreachable')
          or (d.session_state = 'restricted' and coalesce(d.restricted_until <= now(), false)))
$$;

-- Since when a device has had something to do: queued, in flight, or due before `horizon` from now. Null: nothing.
-- A device with something to do is wanted by the fleet; one without may be given up.
create function device_work_since(device bigint, horizon interval) returns timestamptz language sql stable as $$
  select least(
    (select min(h.next_trigger_time) from sequence_contacts h
      where h.device_id = device and h.dispatch_state in ('queued', 'sending')),
    (select min(due.next_trigger_time)
       from unnest('{0,1,2}'::smallint[]) as p(priority)
      cross join lateral (
        select s.next_trigger_time from sequence_contacts s
         where s.device_id = device and s.priority = p.priority and s.status = 'active' and s.dispatch_state = 'idle'
           and s.next_trigger_time <= now() + horizon
         order by s.next_trigger_time limit 1) as due),
    (select min(l.intent_at) from deliveries l where l.device_id = device and l.state = 'sending'))
$$;
