-- Enrolls contacts that lock-contacts holds. A contact that already has a run, or a row of a file that was accepted
-- before, is passed over; who comes back was enrolled.
-- $1 sequence · $2 version · $3 first step
-- arrays, pairwise, at most 500: $4 contacts · $5 run numbers · $6 devices · $7 instants the step is due, ms since 1970
-- $8 import keys (null: none)
insert into sequence_contacts
       (sequence_id, version, next_step_key, contact_id, run_no, device_id, next_trigger_time, import_key)
select $1, $2, $3, g.contact_id, g.run_no, g.device_id, to_timestamp(g.due_at_ms / 1000), g.import_key
  from unnest($4::bigint[], $5::integer[], $6::bigint[], $7::float8[], $8::text[])
       as g(contact_id, run_no, device_id, due_at_ms, import_key)
 order by g.contact_id
on conflict do nothing
returning id, contact_id
