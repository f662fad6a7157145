"""The migrations of quiz, found where they are, and one more beside them."""

from quiz import migrations

__path__ = [*__path__, *migrations.__path__]
