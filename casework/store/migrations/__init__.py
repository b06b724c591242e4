"""Alembic's environment and the migrations, in the order in which databases went through them."""
