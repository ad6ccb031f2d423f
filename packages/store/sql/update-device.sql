-- Changes what an operator sets on one device. A change of pacing bumps pacing_version in the same statement: begin
-- refuses what was paced by the older one.
-- $1 device · $2 phone (null: keep) · $3 labels to set · $4 label keys to remove
-- $5 caps (null: keep) · $6 gap (null: keep) · $7 parts of pacing to clear: caps, gap
with device as materialized (
  select d.id, d.pacing from devices d where d.id = $1 for no key update of d
), next as (
  select device.id,
         nullif(
           (coalesce(device.pacing, '{}') - $7::text[])
             || jsonb_strip_nulls(jsonb_build_object('caps', $5::jsonb, 'gap', $6::jsonb)),
           '{}') as pacing
    from device
)
update devices d
   set phone = coalesce($2, d.phone),
       labels = (d.labels || $3::jsonb) - $4::text[],
       pacing = next.pacing,
       pacing_version = d.pacing_version + (d.pacing is distinct from next.pacing)::integer
  from next
 where d.id = next.id
returning d.id, d.pacing, d.pacing_version
