"""Understanding what callers say: the language pipelines of `nlp`, run in processes of their own."""
