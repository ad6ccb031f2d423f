--[[
  Gives locks back, each only if the worker still holds it: a late release must not end another's lock.

  KEYS     the locks, `dripfleet:lock:<device>`
  ARGV[1]  worker id

  Returns how many were released.
]]
local released = 0
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    released = released + redis.call('DEL', key)
  end
end
return released
