"""What an operator sees: metrics, traces and logs, all of them listeners of the one event sink."""
