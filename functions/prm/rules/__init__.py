"""Who gets what, when: rules as data, one pure decision."""
