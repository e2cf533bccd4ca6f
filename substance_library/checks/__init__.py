"""Automatic checks of reference spectra before a person looks: each says what it looked at and what it found."""
