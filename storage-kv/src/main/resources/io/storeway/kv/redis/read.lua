-- Reads values with their sidecars and the milliseconds at which the server drops them, three answers for each key.
local function expiry(key)
  local known = redis.pcall('PEXPIRETIME', key)
  if type(known) == 'number' then
    return known > 0 and string.format('%.0f', known)
  end
  local answer
  for attempt = 1, 100 do -- The server before 7.0 tells only what is left: exact if no millisecond passes meanwhile.
    local before = redis.call('TIME')
    local left = redis.call('PTTL', key)
    local after = redis.call('TIME')
    if left < 0 then
      return false
    end
    local from = before[1] * 1000 + math.floor(before[2] / 1000)
    answer = string.format('%.0f', from + left)
    if after[1] * 1000 + math.floor(after[2] / 1000) == from then
      return answer
    end
  end
  return answer
end

local answers = {}
for i = 1, #KEYS / 2 do
  local value = redis.call('TYPE', KEYS[2 * i - 1]).ok == 'string' and redis.call('GET', KEYS[2 * i - 1])
  answers[3 * i - 2] = value
  answers[3 * i - 1] = redis.call('GET', KEYS[2 * i])
  answers[3 * i] = value and expiry(KEYS[2 * i - 1])
end
return answers
