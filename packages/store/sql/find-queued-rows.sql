-- What is queued for a device.
-- $1 device
select s.id, s.device_id, s.dispatch_seq
  from sequence_contacts s
 where s.device_id = $1 and s.dispatch_state = 'queued'
