"""Reports: registers, the monthly tables, what is entered for them and submitted of them."""
