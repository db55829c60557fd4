"""What others kept, brought into history: saved pages, web archives, WARC."""
