--[[
  Renews the locks of all devices of one worker in one call. PEXPIRE, not SET: it still works when Redis is full.

  KEYS     the locks, `dripfleet:lock:<device>`
  ARGV[1]  worker id
  ARGV[2]  TTL, ms

  Returns the positions (from 1) of the locks that another worker holds. A lock that is gone is taken again: Redis may
  have been emptied, and who owns the device is for Postgres to say.
]]
local others = {}
for index, key in ipairs(KEYS) do
  local holder = redis.call('GET', key)
  if holder == ARGV[1] then
    redis.call('PEXPIRE', key, ARGV[2])
  elseif not holder then
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
  else
    others[#others + 1] = index
  end
end
return others
