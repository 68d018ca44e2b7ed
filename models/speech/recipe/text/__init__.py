"""What callers say: corpora, slots, number words and the normal form of transcripts."""
