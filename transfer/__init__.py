"""Files of subscriptions that exist already: read, checked whole, loaded or refused; and written again."""
