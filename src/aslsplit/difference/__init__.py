"""What two versions of state machines differ in, as a reviewer sees it."""
