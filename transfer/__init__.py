"""Files of subscriptions that exist elsewhere: import and export."""
