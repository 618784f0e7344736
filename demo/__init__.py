"""The demonstration council: made-up people in made-up places, from published figures."""
