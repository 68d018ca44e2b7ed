"""Child processes that do the heavy work: started, fed within bounds, watched and replaced."""
