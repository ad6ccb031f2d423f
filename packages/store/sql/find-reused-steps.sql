-- Step keys that would come to mean another content although somebody was sent the earlier one: statistics and a later
-- repeat of the step could not tell them apart. Looks through all editions, and stops at the first delivery it finds.
-- $1 sequence · arrays, pairwise: $2 step keys · $3 texts · $4 media, JSON texts or null
select distinct g.key
  from unnest($2::text[], $3::text[], $4::text[]) as g(key, text, media)
  join sequence_versions v on v.sequence_id = $1
  join lateral jsonb_array_elements(v.definition -> 'steps') as old(step)
    on old.step ->> 'key' = g.key
         and (old.step ->> 'text' <> g.text or old.step -> 'media' is distinct from g.media::jsonb)
 where exists (select from sequence_contacts s
                where s.sequence_id = $1 and s.version = v.version
                  and (exists (select from deliveries d where d.sequence_contact_id = s.id and d.step_key = g.key)
                       or exists (select from archived_deliveries a where a.sequence_contact_id = s.id and a.step_key = g.key)))
 order by g.key
