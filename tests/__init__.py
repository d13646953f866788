"""The tests; a package, so that nothing installed under the same name hides it."""
