--[[
  Takes the locks of devices that nobody else holds.

  KEYS     the locks, `dripfleet:lock:<device>`
  ARGV[1]  worker id
  ARGV[2]  TTL, ms

  Returns the positions (from 1) of the locks that the worker holds now.
]]
local taken = {}
for index, key in ipairs(KEYS) do
  local holder = redis.call('GET', key)
  if not holder or holder == ARGV[1] then
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
    taken[#taken + 1] = index
  end
end
return taken
