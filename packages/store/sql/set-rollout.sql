-- Who adds devices at this moment has finished before; who adds some later finds the new share.
-- $1 percent
update settings set rollout_percent = $1
