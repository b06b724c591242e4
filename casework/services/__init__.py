"""The use cases, one function each: the only door to the store for every face.

A service reads, lets the pure core decide, records in one transaction, and answers with a receipt. It never
prints,
never asks, and never lets a name, a body or a key into an error text or a log.
"""
