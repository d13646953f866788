"""The commands of `ibsim`, one file each; `ibsim.cli` puts them together."""
