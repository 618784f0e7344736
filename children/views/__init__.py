"""Pages of closed records: what protects one, and how one is opened."""
