"""What stands between the network and the pages: who comes in, what a request looks like, the server."""
