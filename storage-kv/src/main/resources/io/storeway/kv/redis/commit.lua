-- Makes all writes if every expectation is met: 1 if so, 0 if not, and -i if something else than a string lies at key i.
-- KEYS: for each key its value and its sidecar. ARGV: seven for each key: the expected version or '', the action or '',
-- value, digest, what else the sidecar holds, and the milliseconds at which the server may drop value and sidecar, or ''.
-- Where a key is written that is listed often, the set of these follows in KEYS, and in ARGV what they begin with.
local now = tonumber(redis.call('TIME')[1])
local counters, there = {}, {}
local set = #KEYS % 2 == 1 and KEYS[#KEYS]
local listed = set and ARGV[#ARGV]

if set then
  local kind = redis.call('TYPE', set).ok
  if kind ~= 'zset' and kind ~= 'none' then
    return -#KEYS
  end
end

for i = 1, #KEYS / 2 do
  local key, sidecar = KEYS[2 * i - 1], redis.call('GET', KEYS[2 * i])
  local counter, digest = string.match(sidecar or '', '^(%d+) (%S+)')
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'string' and kind ~= 'none' then
    return -i
  end
  local expected = ARGV[7 * i - 6]
  if expected ~= '' then
    local current = '0'
    if kind == 'string' then
      local hash = redis.sha1hex(redis.call('GET', key))
      local foreign = string.sub(hash, 1, 16) ~= digest
      current = string.format('%.0f %s', (counter or 0) + (foreign and 1 or 0), string.sub(hash, 1, 6))
    end
    if current ~= expected then
      return 0
    end
  end
  counters[i] = tonumber(counter or '0')
  there[i] = counter or kind == 'string'
end

local function put(key, value, expiry)
  if not expiry or expiry == '' then
    redis.call('SET', key, value)
  else
    redis.call('SET', key, value, 'PXAT', expiry)
  end
end

local function is_listed(key)
  return set and string.sub(key, 1, #listed) == listed
end

-- A counter is kept until the clock has overtaken it by a day, since a key that is forgotten begins with the clock.
local function end_of(counter, atLeast)
  return string.format('%.0f', math.max((counter + 86400) * 1000, atLeast))
end

for i = 1, #KEYS / 2 do
  local action = ARGV[7 * i - 5]
  local following = math.max(now, counters[i] + 2)
  if action == 'put' then
    local sidecar = string.format('%.0f %s %s', following, ARGV[7 * i - 3], ARGV[7 * i - 2])
    put(KEYS[2 * i - 1], ARGV[7 * i - 4], ARGV[7 * i - 1])
    put(KEYS[2 * i], sidecar, ARGV[7 * i] ~= '' and end_of(following, tonumber(ARGV[7 * i])))
    if is_listed(KEYS[2 * i - 1]) then
      redis.call('ZADD', set, 0, KEYS[2 * i - 1])
    end
  elseif action == 'delete' then
    if there[i] then
      redis.call('DEL', KEYS[2 * i - 1])
      put(KEYS[2 * i], string.format('%.0f -', following), end_of(following, 0))
    end
    if is_listed(KEYS[2 * i - 1]) then
      redis.call('ZREM', set, KEYS[2 * i - 1])
    end
  end
end
return 1
