from audit.writing import record

__all__ = ["record"]
