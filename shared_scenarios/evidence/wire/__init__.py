"""The wire witness of servers: a proxy on loopback between driver and server, and a decoder for each protocol."""
