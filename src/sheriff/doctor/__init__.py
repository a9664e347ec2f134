"""`sheriff check`: is everything that a deployment needs there, and does it work? One file a family of checks."""
