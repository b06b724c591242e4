"""What people do with the pages, in a real browser. A package, so that one Chromium serves all of it and then ends."""
