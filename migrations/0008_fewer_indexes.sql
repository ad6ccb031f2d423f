-- Up Migration

-- Each message enters its row anew into every index of this table, three times: docs/performance.md.
-- One index for the runs of a contact, in the place of two.
alter table sequence_contacts
  drop constraint sequence_contacts_sequence_id_contact_id_run_no_key,
  add constraint sequence_contacts_contact_id_sequence_id_run_no_key unique (contact_id, sequence_id, run_no);
drop index sequence_contacts_by_contact;

-- Nobody asks for the rows that no worker has.
drop index sequence_contacts_by_worker;
create index sequence_contacts_by_worker on sequence_contacts (assigned_worker_id, next_trigger_time)
  where status = 'active' and assigned_worker_id is not null;
