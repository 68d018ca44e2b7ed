-- Put back what overdue leases held. Returns { their ids, ids whose alarm is to be raised }.

local ids = expire()
return { ids, redis.call('SMEMBERS', ALARMS) }
