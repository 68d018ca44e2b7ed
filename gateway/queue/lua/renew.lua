-- Prolong a lease. Returns its record, or nothing when the token is stale. The ticket itself does not change.
-- ARGV  3 id   4 token   5 milliseconds from now

local ticket = held(ARGV[3], ARGV[4])
if not ticket then return false end
ticket.lease_until = now + tonumber(ARGV[5])
redis.call('ZADD', LEASES, ticket.lease_until, ticket.id)
save(ticket)
announce(ticket, 'renewed')
return record(ticket)
