-- What the caller owns by Postgres, with what the operator wants of each and who is to serve it.
-- $1 worker
select d.id, d.owner_epoch, d.desired_state, d.engine, device_may_send(d) as may_send
  from devices d
 where d.owner_worker_id = $1::uuid
