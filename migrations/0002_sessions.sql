-- Up Migration

-- The key of each device's credentials, wrapped by a key of CREDENTIALS_KEY_FILE that never comes here.
create table device_keys (
  device_id bigint primary key references devices on delete cascade,
  -- The name of the wrapping key in that file.
  wrapped_by text not null,
  wrapped_key bytea not null
);

-- What a device's session must remember, encrypted before it comes here. `key_id` is a keyed hash: the ids of Signal
-- sessions hold phone numbers.
create table device_credentials (
  device_id bigint not null references devices on delete cascade,
  kind text not null,
  key_id bytea not null,
  ciphertext bytea not null,
  epoch bigint not null,
  primary key (device_id, kind, key_id)
);

-- An operator's request to link a device to its phone, and what the worker shows for it: one per device.
create table pairings (
  device_id bigint primary key references devices on delete cascade,
  method text not null check (method in ('qr', 'code')),
  requested_by text not null,
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  state text not null default 'requested' check (state in ('requested', 'waiting', 'paired', 'failed')),
  -- Why it failed.
  reason text,
  -- The QR's content or the code, encrypted, and until when it can be used: 60 s at most.
  challenge bytea,
  challenge_expires_at timestamptz
);

-- Messages of contacts that were heard, so that one that comes again changes nothing. Never their texts.
create table inbound_messages (
  device_id bigint not null references devices on delete cascade,
  message_id text not null,
  contact_id bigint,
  kind text not null check (kind in ('reply', 'opt_out')),
  heard_at timestamptz not null default now(),
  primary key (device_id, message_id)
);
create index inbound_messages_by_contact on inbound_messages (contact_id);

alter table devices
  -- Whom WhatsApp keeps the account from writing to, until `restricted_until` or until an operator resumes it. It outlives
  -- the session: an account that is paired again is not free again. Of a restricted device null means everybody.
  add column restriction text check (restriction in ('everybody', 'new_contacts'));

-- The key is reserved from now on: a step of that name would be taken for a confirmation.
do $$
declare
  names text;
begin
  select string_agg(distinct s.name, ', ') into names
    from sequence_versions v join sequences s on s.id = v.sequence_id
   where v.definition->'steps' @> '[{"key": "opt-out"}]';
  if names is not null then
    raise exception 'a step is called "opt-out", which is reserved now, in: %. Finish its runs and rename it before migrating', names;
  end if;
end $$;

-- Confirmations of opt-outs that have not left yet. `opt-out` is no step of a sequence: read-sequence refuses the key.
create index deliveries_confirmations on deliveries (device_id) where state = 'ready' and step_key = 'opt-out';

-- As before, and: a restriction towards new contacts stops no device, for those it knows go on.
create or replace function device_may_send(d devices) returns boolean language sql stable as $$
  select d.phone is not null
     and (d.desired_state = 'running' or (d.desired_state = 'paused' and coalesce(d.paused_until <= now(), false)))
     and (d.session_state in ('closed', 'connecting', 'open', 'unreachable')
          or (d.session_state = 'restricted'
              and (coalesce(d.restriction = 'new_contacts', false) or coalesce(d.restricted_until <= now(), false))))
$$;

-- Whether an operator waits for this device to be paired.
create function device_is_pairing(device bigint) returns boolean language sql stable as $$
  select exists (
    select from pairings p
     where p.device_id = device and p.state in ('requested', 'waiting') and p.expires_at > now())
$$;

-- As before, and: a confirmation of an opt-out is something to do.
create or replace function device_work_since(device bigint, horizon interval) returns timestamptz language sql stable as $$
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
    (select min(l.intent_at) from deliveries l where l.device_id = device and l.state = 'sending'),
    (select min(l.intent_at) from deliveries l
      where l.device_id = device and l.state = 'ready' and l.step_key = 'opt-out'))
$$;
