"""The domain of sheriff: where a delivery is, told truthfully and in time.

Standard library only. It reads no clock, dice, log or environment: everything from outside comes through `ports`.
"""
