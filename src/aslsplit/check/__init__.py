"""Parents and children held against each other and against their contracts, as people have edited them."""
