"""What is kept: tables, statements, sealed data, and the one way to a query."""
