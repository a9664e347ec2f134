"""The commands of `sheriff`, one file each; every file exports its `command`."""
