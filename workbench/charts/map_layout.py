"""Where the boxes and lines of a small process map go: layers from start to end, few crossings."""

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter

BOX, BEND = 200.0, 60.0  # room across for an activity, and for a line that passes a layer
GAP, LAYER = 34.0, 118.0
SWEEPS = 6

Node = str
Edge = tuple[Node, Node]
Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """A laid-out map.

    Parameters
    ----------
    nodes : dict of str to (float, float)
        Centre of each activity's box.
    paths : dict of (str, str) to list of (float, float)
        Points that each edge passes, from the centre of one box to the centre of the other.
    width, height : float
    """

    nodes: dict[Node, Point]
    paths: dict[Edge, list[Point]]
    width: float
    height: float


def laid_out(edges: Iterable[tuple[Node, Node, float]]) -> Layout:
    """Lay out a directly-follows map from top to bottom (Sugiyama, Tagawa and Toda 1981).

    Lines that would close a circle run upwards; a line that passes layers bends around their
    boxes. The same edges give the same map whatever their order.

    Parameters
    ----------
    edges : iterable of (str, str, float)
        From, to and how often; the most frequent decide what is up and down.
    """
    ordered = sorted(edges, key=lambda edge: (-edge[2], edge[0], edge[1]))
    pairs = [(start, end) for start, end, _ in ordered]
    layer_of = _layers(pairs)
    chains = {pair: _chain(pair, layer_of) for pair in pairs if pair[0] != pair[1]}
    layers = _ordered(layer_of, chains)
    place = _placed(layers, chains)
    nodes = {node: point for node, point in place.items() if node in layer_of}
    paths = {pair: [place[node] for node in chain] for pair, chain in chains.items()}
    width = max((x for x, _ in place.values()), default=0.0) + BOX / 2 + GAP
    return Layout(nodes, paths, width, len(layers) * LAYER)


def _layers(pairs: list[Edge]) -> dict[Node, int]:
    """The layer of each activity: one below the lowest of those before it, circles broken at their rarest line."""
    before: dict[Node, set[Node]] = {node: set() for pair in pairs for node in pair}
    for start, end in pairs:
        if start != end and end not in _ancestors(start, before):
            before[end].add(start)
    layer: dict[Node, int] = {}
    for node in TopologicalSorter(
        {node: sorted(others) for node, others in sorted(before.items())}
    ).static_order():
        layer[node] = max((layer[other] + 1 for other in before[node]), default=0)
    return layer


def _ancestors(node: Node, before: dict[Node, set[Node]]) -> set[Node]:
    found, left = {node}, [node]
    while left:
        left += [other for other in before[left.pop()] if other not in found and not found.add(other)]
    return found


def _chain(pair: Edge, layer_of: dict[Node, int]) -> list[Node]:
    """The two ends of an edge and a bend in every layer between them."""
    start, end = layer_of[pair[0]], layer_of[pair[1]]
    step = 1 if end >= start else -1
    return [pair[0], *(f"{pair[0]}\n{pair[1]}\n{layer}" for layer in range(start + step, end, step)), pair[1]]


def _ordered(layer_of: dict[Node, int], chains: dict[Edge, list[Node]]) -> list[list[Node]]:
    """Nodes and bends of each layer, those with near neighbours beside each other."""
    layers: list[list[Node]] = [[] for _ in range(max(layer_of.values(), default=-1) + 1)]
    for node, layer in layer_of.items():
        layers[layer].append(node)
    for chain in chains.values():
        for bend in chain[1:-1]:
            layers[int(bend.rpartition("\n")[2])].append(bend)
    near = _neighbours(chains)
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            rank = {node: number for each in layers for number, node in enumerate(each)}
            layer.sort(
                key=lambda node: (
                    _mean([rank[other] for other in near.get(node, [])], rank[node]),
                    rank[node],
                )
            )
    return layers


def _neighbours(chains: dict[Edge, list[Node]]) -> dict[Node, list[Node]]:
    near: dict[Node, list[Node]] = {}
    for chain in chains.values():
        for one, other in zip(chain, chain[1:], strict=False):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    return near


def _placed(layers: list[list[Node]], chains: dict[Edge, list[Node]]) -> dict[Node, Point]:
    """Centres: each as near below its neighbours as the boxes beside it leave room."""
    near = _neighbours(chains)
    across = {node: float(number * BOX) for layer in layers for number, node in enumerate(layer)}
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [_mean([across[other] for other in near.get(node, [])], across[node]) for node in layer]
            across |= dict(zip(layer, _apart(layer, wanted), strict=True))
    left = min(across.values(), default=0.0) - BOX / 2 - GAP
    return {
        node: (across[node] - left, (number + 0.5) * LAYER)
        for number, layer in enumerate(layers)
        for node in layer
    }


def _apart(layer: list[Node], wanted: list[float]) -> list[float]:
    """Places in order, none nearer than its room, as a whole where they were wanted."""
    places: list[float] = []
    for node, want in zip(layer, wanted, strict=True):
        least = places[-1] + _room(layer[len(places) - 1], node) if places else want
        places.append(max(want, least))
    drift = _mean([place - want for place, want in zip(places, wanted, strict=True)], 0.0)
    return [place - drift for place in places]


def _room(one: Node, other: Node) -> float:
    return sum(BEND / 2 if "\n" in node else BOX / 2 for node in (one, other)) + GAP


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
