"""What every endpoint shares: sessions, the caller, problems, idempotency, health."""
