"""Django's answers in asyncio: a-methods, and `sync_to_async` around what needs a transaction."""
