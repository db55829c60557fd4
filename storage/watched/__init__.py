"""What is wanted of pages beside the pages: where they come from, how they are asked for, who rests."""
