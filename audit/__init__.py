from audit.writing import keyed, record, record_of, record_of_each

__all__ = ["keyed", "record", "record_of", "record_of_each"]
