from tests.answering import practice

__all__ = ["practice"]
