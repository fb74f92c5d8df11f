"""``python -m workbench.batch``: a worker."""

from workbench.batch.worker import main

if __name__ == "__main__":
    main()
