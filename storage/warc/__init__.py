"""Web archives as others read them (WARC 1.1)."""
