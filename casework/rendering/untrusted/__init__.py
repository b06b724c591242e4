"""Files that strangers made: told apart by their content, and taken apart in a process of little power."""
