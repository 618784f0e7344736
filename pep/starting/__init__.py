"""Plans that start themselves: what is known of many children at once, and the rows written."""
