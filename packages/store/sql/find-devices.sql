-- What a device worker must know of its devices: who they are and how they may send.
-- $1 devices
select d.id, d.name, d.phone, d.owner_worker_id, d.owner_epoch, d.desired_state, device_may_send(d) as may_send,
       pairing.is_pairing,
       d.session_state not in ('unpaired', 'logged_out', 'banned', 'conflict', 'quarantined')
         and (d.session_state <> 'restricted' or device_may_send(d)) as may_connect,
       d.pacing, d.pacing_version
  from devices d
 cross join lateral device_pairing(d.id) as pairing
 where d.id = any($1::bigint[])
