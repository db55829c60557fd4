"""Care for what is kept: verified, thinned out, erased, joined, copied."""
