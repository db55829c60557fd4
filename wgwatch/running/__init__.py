"""Processes that live on: the service, the parts of a cluster, and how each says that it is well."""
