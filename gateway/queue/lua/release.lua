-- Give a ticket back with its first priority and time. Returns its record, or nothing when the token is stale.
-- ARGV  3 id   4 token

local ticket = held(ARGV[3], ARGV[4])
if not ticket then return false end
ticket.version = ticket.version + 1
enqueue(ticket)
save(ticket)
announce(ticket, 'released')
wake()
return record(ticket)
