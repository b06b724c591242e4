"""One file for each revision: `r<revision>_<what it does>.py`. A published one never changes."""
