"""Where records and raw data lie. SQLAlchemy lives here only."""
