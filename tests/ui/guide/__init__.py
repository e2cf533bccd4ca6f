"""The guide of docs/guide, played: its steps, its people, its pictures."""
