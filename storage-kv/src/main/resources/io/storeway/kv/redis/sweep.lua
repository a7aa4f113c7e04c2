-- Lets sidecars end a day from now whose keys somebody else has deleted.
for i = 1, #KEYS / 2 do
  if redis.call('EXISTS', KEYS[2 * i - 1]) == 0 and redis.call('PTTL', KEYS[2 * i]) == -1 then
    redis.call('EXPIRE', KEYS[2 * i], 86400)
  end
end
return #KEYS
