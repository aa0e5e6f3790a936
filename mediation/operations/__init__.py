"""What people and time do: one verb, one function, one transaction that the door opens."""
