"""Who works at what: leases, the processes that live, the queue, looks that ended one."""
