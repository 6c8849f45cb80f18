"""`python -m iomodel`: the command."""

import sys

from iomodel.cli import main

sys.exit(main())
