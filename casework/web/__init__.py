"""The head teacher's face: pages on loopback or on a server, through the same services as the command line."""
