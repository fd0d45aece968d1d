"""Settings > Senders & providers: what messages go out as, and who carries them."""
