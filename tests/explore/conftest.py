"""The toy page is imported by name here and in the kernels of the app's tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
