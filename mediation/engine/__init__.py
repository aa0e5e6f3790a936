"""What the law allows: pure, without database, web or clock."""
