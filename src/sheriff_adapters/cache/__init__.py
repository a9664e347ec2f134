"""What is remembered: in this process always, and beside it in a Redis that several instances share."""
