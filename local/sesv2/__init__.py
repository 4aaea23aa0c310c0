"""Amazon SES on this machine: API version 2, as far as the functions use it. Nothing ever leaves the machine."""
