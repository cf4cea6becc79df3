"""The demo: the article's example, and a small world around it."""
