"""The priority queue on Redis, its twin in memory, and the journal on disk."""
