"""What every door answers: plain JSON in one language, the same at all of them."""
