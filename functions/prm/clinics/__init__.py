"""The clinic itself: places, people, hours, caps, review sites."""
