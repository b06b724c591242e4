"""The JSON API under `/api/v1`: the same services as every other face, for programs that come with a token."""
