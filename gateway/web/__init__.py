"""The call-taker's desk: an API and a page that show tickets while they grow."""
