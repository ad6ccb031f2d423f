-- Up Migration

-- A device that was started anew again and again, and still got stuck: it is left alone until an operator resumes it.
alter table devices
  drop constraint devices_session_state_check,
  add constraint devices_session_state_check
    check (session_state in ('closed', 'unpaired', 'pairing', 'connecting', 'open', 'restricted',
                             'logged_out', 'banned', 'conflict', 'unreachable', 'quarantined'));

-- How often the process that had the row in hand died of something; 0 as soon as one survived it.
comment on column sequence_contacts.crash_count is '2: suspect, taken in hand only alone in its process; 3: it died of it there too';

-- Dead letters: what an operator must decide, counted and found without reading the ledger.
create index deliveries_dead_letters on deliveries (sequence_contact_id) where state in ('failed', 'uncertain');
