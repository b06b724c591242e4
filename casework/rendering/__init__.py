"""HTML to PDF, the same everywhere: shipped fonts only, nothing fetched, same input, same bytes."""
