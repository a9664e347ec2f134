"""Proven honest: what an agent said, compared with what the tools returned; and any call, replayed."""
