"""The demo clinic: a year of people, visits, answers and calls, made up from a seed and lived through the services."""
