"""The table of resources and the types beside Microsoft's own metadata of Graph."""
