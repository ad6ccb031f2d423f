-- By which keys the keys of devices are wrapped, with one of each as a sample; and what was left without its key.
-- $1 devices to name that have credentials without a key, at most
select k.wrapped_by, count(*)::integer as devices, min(k.device_id) as sample_device,
       (array_agg(k.wrapped_key order by k.device_id))[1] as sample_key, null::text[] as names
  from device_keys k
 group by k.wrapped_by
union all
select null, count(*)::integer, null, null, (array_agg(d.name order by d.name))[1:$1::integer]
  from devices d
 where exists (select from device_credentials c where c.device_id = d.id)
   and not exists (select from device_keys k where k.device_id = d.id)
 order by 1
