"""Questions about what was: records, versions, what differs between two."""
