"""What people, carriers and mailbox providers think of each sender, and what follows from it."""
