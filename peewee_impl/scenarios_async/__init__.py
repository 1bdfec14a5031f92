"""Peewee's answers in asyncio: the questions and modules of the synchronous ones, with `async def`."""
