-- Who serves each device.
select d.id, d.engine from devices d order by d.id
