"""teamwire on one machine: the real functions on an AWS emulator, with Graph and Entra simulated.

`python -m local COMMAND`, run from the folder infra, starts it; __main__.py lists the commands.
"""
