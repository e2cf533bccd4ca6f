"""Three days in a laboratory, played in a browser: what stands ready, who plays, and what each of them does."""
