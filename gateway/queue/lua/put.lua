-- Store a version of a ticket. Returns { 'stored' | 'same' | 'conflict', record }.
-- ARGV  3 id   4 json   5 version   6 based_on   7 priority   then flags '1' or '0':
--       8 a person set the priority   9 queueable   10 closed   11 its dead letter alarm is raised

local id, json = ARGV[3], ARGV[4]
local version, based_on, priority = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local by_person, queueable, closed, alarmed = ARGV[8] == '1', ARGV[9] == '1', ARGV[10] == '1', ARGV[11] == '1'

local old = find(id)
if old then
  local same = old.json == json or (old.version == version and based_on >= version)
  if same and alarmed then redis.call('SREM', ALARMS, id) end
  if same then return { 'same', record(old) } end
  if old.version > based_on or old.version >= version then return { 'conflict', record(old) } end
end

-- The store lost this ticket, or versions of it: then its status tells more than ours.
local lost = not old or old.version < based_on
local ticket = old or { id = id, status = 'open' }
local was = ticket.status
ticket.json, ticket.version = json, version
if was ~= 'leased' then ticket.consumer = '' end

local function revived()
  return redis.call('ZSCORE', DEAD, id) and redis.call('SISMEMBER', ALARMS, id) == 0 and not alarmed
end

local function set_place()
  if not ticket.place or by_person or priority < ticket.place then ticket.place = priority end
end

if was == 'closed' or (lost and closed) then
  close(ticket)
elseif was == 'leased' then
  set_place()
elseif redis.call('ZSCORE', DEAD, id) and not revived() then
  set_place()
  if alarmed then redis.call('SREM', ALARMS, id) end
elseif was == 'queued' or queueable then
  if was == 'open' then ticket.attempts = 0 end
  set_place()
  enqueue(ticket)
end

save(ticket)
if ticket.status == 'closed' then
  if was ~= 'closed' then redis.call('EXPIRE', key(id), policy.closed_ttl_s) end
else
  redis.call('ZADD', OPEN, 'NX', now, id)
end
local kind = ticket.status == 'queued' and was ~= 'queued' and 'queued' or old and 'updated' or 'opened'
announce(ticket, kind)
wake()
return { 'stored', record(ticket) }
