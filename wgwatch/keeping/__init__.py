"""Care for the whole history: read anew, verified, thinned out, erased, joined, copied."""
