"""Warm kernels: processes that are forked from a server which has imported everything already.

``forkserver`` is the server, one process without threads. ``forks`` starts it and asks it for
processes. ``provisioner`` is how Jupyter, papermill and Voila ask: the kernelspec ``workbench``
names it. Kernels get no more of the environment, the memory and the processor than ``environment``
and ``limits`` allow. Where fork is not to be trusted they are started the ordinary way.
"""
