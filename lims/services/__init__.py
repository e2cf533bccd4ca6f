"""One module per area of work; a public method is one act, one transaction."""
