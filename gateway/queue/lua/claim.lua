-- Lease the first ticket. Returns { ids whose alarm is to be raised, ms until the next lease ends or -1, record or nothing }.
-- ARGV  3 consumer   4 milliseconds

expire()

local function first()
  while true do
    local id = redis.call('ZRANGE', URGENT, 0, 0)[1] or redis.call('ZRANGE', QUEUE, 0, 0)[1]
    local ticket = id and find(id)
    if ticket or not id then return ticket end
    withdraw(id)
  end
end

local reply = { redis.call('SMEMBERS', ALARMS), -1 }
local ticket = first()
if ticket then
  withdraw(ticket.id)
  ticket.status, ticket.version = 'leased', ticket.version + 1
  -- Not a mere counter: it grows also when the store has lost this ticket and takes it anew.
  ticket.token = math.max((ticket.token or 0) + 1, now)
  ticket.consumer, ticket.lease_until = ARGV[3], now + tonumber(ARGV[4])
  redis.call('ZADD', LEASES, ticket.lease_until, ticket.id)
  save(ticket)
  announce(ticket, 'claimed')
  reply[3] = record(ticket)
else
  local ending = redis.call('ZRANGE', LEASES, 0, 0, 'WITHSCORES')
  if ending[2] then reply[2] = math.max(0, tonumber(ending[2]) - now) end
end
wake()
return reply
