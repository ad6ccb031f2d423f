--[[
  Removes every job that an earlier owner of the device left in `active`: its lock would keep it there for 15 min, and
  its row goes back to idle in Postgres anyway.

  KEYS[1]  the queue's active list, `bull:device-<id>:active`
  ARGV[1]  prefix of the queue's keys, `bull:device-<id>:`

  Returns the ids of the removed jobs.
]]
local ids = redis.call('LRANGE', KEYS[1], 0, -1)
for _, id in ipairs(ids) do
  redis.call('DEL', ARGV[1] .. id, ARGV[1] .. id .. ':lock', ARGV[1] .. id .. ':logs')
  redis.call('SREM', ARGV[1] .. 'stalled', id)
end
redis.call('DEL', KEYS[1])
return ids
