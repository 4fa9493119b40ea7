"""What is known of who reported something as a citizen: how it is written, sealed and masked."""
