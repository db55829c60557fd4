"""The whole loop on one machine: a replica of a group's page, watched by the product, with someone who listens."""
