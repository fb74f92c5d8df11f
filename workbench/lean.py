"""What would make every kernel start slowly, and how it is avoided."""

import sys


def import_jsonschema() -> None:
    """Import jsonschema, on which altair and nbformat build, without its grammar of IRIs.

    Where ``rfc3987_syntax`` is installed jsonschema imports it for the format ``iri``, which no
    schema here uses, and it compiles a grammar: 0.7 s of altair's 1.0 s in each kernel. Once
    jsonschema is imported the package can be imported as ever. Whoever imports papermill, nbclient, nbformat or
    altair first calls this before; who plans a review imports none of them.
    """
    grammar = "rfc3987_syntax"
    if "jsonschema" in sys.modules or grammar in sys.modules:
        return
    sys.modules[grammar] = None
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules[grammar]
