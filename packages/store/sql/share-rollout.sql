-- The share of the devices that the workers serve, in percent; it stays so until this transaction ends.
select rollout_percent from settings for share
