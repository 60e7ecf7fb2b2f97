"""Statistics: small tables in, frozen results out. Nothing here draws, prints or writes."""
