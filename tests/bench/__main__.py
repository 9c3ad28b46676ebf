"""What `make bench` runs: the line side by side."""

from tests.bench.line.__main__ import main

if __name__ == "__main__":
    main()
