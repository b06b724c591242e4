"""One module for each part of the site: what it shows and what can be done there."""
