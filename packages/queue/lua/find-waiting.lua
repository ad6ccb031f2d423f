--[[
  Which of many device queues have a job to fetch now. One call instead of a poll per queue; catches what a lost
  publication, Bull Board or a stock producer left.

  KEYS     for each queue in turn: its wait list, its prioritized set, its delayed set
  ARGV[1]  now, epoch ms

  Returns the positions (from 1) of the queues that have one.
]]
local found = {}
-- BullMQ scores delayed jobs by their time, shifted to leave room for a counter.
local due = tonumber(ARGV[1]) * 4096 + 4095
for index = 1, #KEYS, 3 do
  if redis.call('LLEN', KEYS[index]) > 0
    or redis.call('ZCARD', KEYS[index + 1]) > 0
    or redis.call('ZCOUNT', KEYS[index + 2], '-inf', due) > 0
  then
    found[#found + 1] = (index + 2) / 3
  end
end
return found
