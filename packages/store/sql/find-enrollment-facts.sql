-- What decides whether each of these people may be enrolled, one row a person. Locks nothing: read once to prepare,
-- and once more when share-suppressions and lock-contacts have made it last.
-- $1 sequence · arrays, pairwise: $2 phones · $3 phone hashes · $4 import keys (null: none)
select c.id as contact_id,
       c.suppressed_at is not null
         or exists (select from suppressions p where p.phone_hash = g.phone_hash) as suppressed,
       exists (select from sequence_contacts k where k.sequence_id = $1 and k.import_key = g.import_key) as repeated,
       run.status, (extract(epoch from run.finished_at) * 1000)::float8 as finished_at_ms, run.run_no,
       heard.device_id,
       (extract(epoch from now()) * 1000)::float8 as now_ms
  from unnest($2::text[], $3::bytea[], $4::text[]) with ordinality as g(phone, phone_hash, import_key, position)
  left join contacts c on c.phone = g.phone
  left join lateral (select s.status, s.finished_at, s.run_no
                       from sequence_contacts s
                      where s.sequence_id = $1 and s.contact_id = c.id
                      order by s.run_no desc limit 1) run on true
  -- By time, not by id: the key of the table would be walked backwards until the contact turns up.
  left join lateral (select s.device_id
                       from sequence_contacts s
                      where s.contact_id = c.id
                      order by s.enrolled_at desc, s.id desc limit 1) heard on true
 order by g.position
