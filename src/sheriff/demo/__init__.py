"""The dataset that `sheriff demo` serves."""
