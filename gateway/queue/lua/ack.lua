-- Close a ticket for its holder. Returns its record, or nothing when the token is stale.
-- Told again by the same holder, whose first answer was lost, it says the same: nobody else has the ticket.
-- ARGV  3 id   4 token

local before = find(ARGV[3])
if before and before.status == 'closed' and before.token == tonumber(ARGV[4]) then return record(before) end

local ticket = held(ARGV[3], ARGV[4])
if not ticket then return false end
ticket.version = ticket.version + 1
close(ticket)
save(ticket)
redis.call('EXPIRE', key(ticket.id), policy.closed_ttl_s)
announce(ticket, 'acked')
return record(ticket)
