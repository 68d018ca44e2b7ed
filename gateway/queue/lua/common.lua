-- What all scripts share; gateway/queue/scripts.py puts it before each of them. Redis 6.2: no FUNCTION, no ZMPOP.
--
-- KEYS  1 urgent, 2 queue: zsets of queued ids   3 queued: zset of the same ids by enqueued_ms   4 leases: zset by end
--       5 open: zset of all not closed           6 dead: zset of dead letters    7 alarms: set of dead ones to raise
--       8 changes: stream                        9 wake: list of at most one token
-- ARGV  1 prefix of the tickets' hashes   2 policy as JSON   3... the script's own
--
-- A ticket is the hash PREFIX..id. Its key cannot be in KEYS before the script has chosen the ticket; it has the hash tag of
-- the keys that are, so all lie in one cluster slot. `json` is opaque here and never decoded.
-- Times are Redis's own, in milliseconds, so that all nodes agree.

local URGENT, QUEUE, QUEUED, LEASES, OPEN, DEAD, ALARMS, CHANGES, WAKE = unpack(KEYS)
local PREFIX = ARGV[1]
local policy = cjson.decode(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local FIELDS = { 'json', 'version', 'status', 'place', 'enqueued_ms', 'attempts', 'token', 'consumer', 'lease_until' }

local function key(id)
  return PREFIX .. id
end

local function find(id)
  local values = redis.call('HMGET', key(id), unpack(FIELDS))
  if not values[1] then return nil end
  local ticket = { id = id }
  for i, field in ipairs(FIELDS) do
    ticket[field] = (i == 1 or field == 'status' or field == 'consumer') and values[i] or tonumber(values[i])
  end
  return ticket
end

-- The reply that Python reads as a Record.
local function record(ticket)
  return { ticket.json, ticket.version, ticket.status, ticket.token or 0, ticket.consumer or '', ticket.lease_until or 0 }
end

local function announce(ticket, kind)
  redis.call('XADD', CHANGES, 'MAXLEN', '~', policy.stream_maxlen, '*', 'kind', kind, 'id', ticket.id,
    'version', ticket.version, 'status', ticket.status, 'consumer', ticket.consumer or '')
end

-- One token is enough: whoever it wakes leaves another when more is left (claim.lua).
local function wake()
  if redis.call('ZCARD', QUEUED) > 0 and redis.call('LLEN', WAKE) == 0 then
    redis.call('LPUSH', WAKE, '1')
  end
end

local function withdraw(id)
  for _, set in ipairs({ URGENT, QUEUE, QUEUED, LEASES, DEAD }) do redis.call('ZREM', set, id) end
  redis.call('SREM', ALARMS, id)
end

local function save(ticket)
  local arguments = {}
  for _, field in ipairs(FIELDS) do
    if ticket[field] then
      table.insert(arguments, field)
      table.insert(arguments, ticket[field])
    end
  end
  redis.call('HSET', key(ticket.id), unpack(arguments))
end

local function enqueue(ticket)
  withdraw(ticket.id)
  ticket.enqueued_ms = ticket.enqueued_ms or now
  if ticket.place == 1 then
    redis.call('ZADD', URGENT, ticket.enqueued_ms, ticket.id)
  else
    redis.call('ZADD', QUEUE, ticket.enqueued_ms - policy.weight_ms[tostring(ticket.place)], ticket.id)
  end
  redis.call('ZADD', QUEUED, ticket.enqueued_ms, ticket.id)
  ticket.status = 'queued'
end

local function bury(ticket)
  withdraw(ticket.id)
  redis.call('ZADD', DEAD, now, ticket.id)
  redis.call('SADD', ALARMS, ticket.id)
  ticket.status = 'open'
end

local function close(ticket)
  withdraw(ticket.id)
  redis.call('ZREM', OPEN, ticket.id)
  ticket.status = 'closed'
end

-- The holder's lease on a ticket, or nil when the token is stale.
local function held(id, token)
  local ticket = find(id)
  if ticket and ticket.status == 'leased' and ticket.token == tonumber(token) and ticket.lease_until > now then
    return ticket
  end
  return nil
end

local function lapse(ticket)
  ticket.attempts = (ticket.attempts or 0) + 1
  ticket.version = ticket.version + 1
  local dead = ticket.attempts >= policy.max_attempts
  if dead then bury(ticket) else enqueue(ticket) end
  save(ticket)
  announce(ticket, dead and 'dead' or 'expired')
end

-- Ends all leases that have run out; returns their tickets' ids.
local function expire()
  local ids = redis.call('ZRANGEBYSCORE', LEASES, '-inf', now)
  for _, id in ipairs(ids) do
    local ticket = find(id)
    if ticket then lapse(ticket) else withdraw(id) end
  end
  wake()
  return ids
end
