"""What stands behind the ports: a room for each thing outside, which are strangers to each other."""
