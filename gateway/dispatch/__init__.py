"""What takes tickets out of the queue on behalf of other systems: webhook, EIDO and further adapters.

Nothing stands here yet: dispatch systems claim from the queue themselves (`docs/queue.md`, `intake101 queue`).
"""
