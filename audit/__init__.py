from audit.writing import keyed, record

__all__ = ["keyed", "record"]
