"""What is promised to whom beside the deliveries: who sends them, who is not written to, what waits."""
