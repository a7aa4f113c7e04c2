-- Lets sidecars end whose keys somebody else has deleted: when the clock has overtaken their counters by a day.
local now = tonumber(redis.call('TIME')[1])
for i = 1, #KEYS / 2 do
  if redis.call('EXISTS', KEYS[2 * i - 1]) == 0 and redis.call('PTTL', KEYS[2 * i]) == -1 then
    local counter = string.match(redis.call('GET', KEYS[2 * i]), '^%d+')
    redis.call('EXPIREAT', KEYS[2 * i], string.format('%.0f', math.max(now, tonumber(counter or '0')) + 86400))
  end
end
return #KEYS
