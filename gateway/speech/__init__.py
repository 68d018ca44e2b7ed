"""Hearing and speaking: recogniser processes, the choice of language, announcements."""
