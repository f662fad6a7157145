"""Any torchvision classification network, cut in two at its last feature grid, with somebody else's weights.

The network is traced with torch.fx. It can be cut where everything that comes later depends on one tensor alone;
of these places the last one before the pooling that still has rows and columns is the feature grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn
from torchvision import models

from inference.model_toml import FILE_NAME, SOFTMAX, Described
from inference.registry import ModelRefused

# Fills their weights at random by scipy, slowly, unless it is told not to.
_SLOW_START = ("googlenet", "inception_v3")
# Places where they end are no grid of their own: they only change or thin the one before.
_NOT_A_GRID = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Dropout, nn.Identity)
# A counter of training steps, which says nothing of a finished network and is often left out.
_COUNTER = "num_batches_tracked"


class SplitNetwork(nn.Module):
    """Films [N, C, S, S] to logits of the findings [N, L]: up to the feature grid, and behind it.

    A finding's logit is the output's own for a sigmoid; for a softmax its log odds against all other outputs,
    so that a sigmoid of it is the softmax's probability. Both are over the temperature already.
    """

    def __init__(self, front: fx.GraphModule, back: fx.GraphModule, described: Described) -> None:
        super().__init__()
        self.front, self.back = front, back
        self._softmax = described.activation == SOFTMAX
        self._temperature = described.temperature
        self._wanted = [described.outputs.index(label) for label in described.info.labels]

    def features(self, films: Tensor) -> Tensor:
        """Films [N, C, S, S] to the feature grid [N, channels, h, w]."""
        grid: Tensor = self.front(films)
        return grid

    def pooled(self, grid: Tensor) -> Tensor:
        """A feature grid [N, channels, h, w] averaged over place to [N, channels]."""
        return grid.mean(dim=(2, 3))

    def classify(self, grid: Tensor) -> Tensor:
        """A feature grid [N, channels, h, w] to logits [N, L]."""
        outputs: Tensor = self.back(grid) / self._temperature
        if not self._softmax:
            return outputs[:, self._wanted]
        places = range(outputs.shape[1])
        odds = [
            outputs[:, one] - torch.logsumexp(outputs[:, [other for other in places if other != one]], dim=1)
            for one in self._wanted
        ]
        return torch.stack(odds, dim=1)

    def forward(self, films: Tensor) -> Tensor:
        return self.classify(self.features(films))


def build(*, described: Described, tensors: Mapping[str, Tensor]) -> SplitNetwork:
    """The described network with these weights, in evaluation mode. Raises ModelRefused with what to do."""
    network = empty_network(described)
    # Into the network's own dictionary: it carries versions that some architectures ask for.
    state = network.state_dict()
    state.update(fitting(described, state, tensors))
    network.load_state_dict(state)
    size, channels = described.info.input_size, described.info.normalisation.channels
    front, back = split(network.eval(), torch.zeros(1, channels, size, size), described.architecture)
    return SplitNetwork(front, back, described)


def empty_network(described: Described) -> nn.Module:
    """torchvision's network with random weights, for as many outputs and channels as described.

    Raises ModelRefused for a name that torchvision doesn't have, or an input size it doesn't take.
    """
    name, size = described.architecture, described.info.input_size
    if name not in models.list_models(module=models):
        raise ModelRefused(
            f"torchvision has no classification architecture “{name[:80]}”: write its name in {FILE_NAME} as "
            f"torchvision.models.list_models() does, for instance “resnet18”."
        )
    options: dict[str, Any] = {"num_classes": len(described.outputs)}
    if name in _SLOW_START:
        options["init_weights"] = False
    if name.startswith("vit_"):
        options["image_size"] = size
    if name.startswith("maxvit_"):
        options["input_size"] = (size, size)
    try:
        network = models.get_model(name, weights=None, **options)
    except (ValueError, AssertionError) as error:
        raise ModelRefused(_size_sentence(name, size)) from error
    if described.info.normalisation.channels == 1:
        _read_one_channel(network)
    assert isinstance(network, nn.Module)
    return network


def _size_sentence(name: str, size: int) -> str:
    return f"“{name}” can't read films of {size} pixels: change “input.size” in {FILE_NAME} to what it learned from."


def _read_one_channel(network: nn.Module) -> None:
    """Replace the first convolution, which reads red, green and blue, by one of the same shape for grey."""
    name, first = next((name, one) for name, one in network.named_modules() if isinstance(one, nn.Conv2d))
    parent, _, own = name.rpartition(".")
    grey = nn.Conv2d(
        1,
        first.out_channels,
        first.kernel_size,  # type: ignore[arg-type]
        first.stride,  # type: ignore[arg-type]
        first.padding,  # type: ignore[arg-type]
        bias=first.bias is not None,
    )
    network.get_submodule(parent).register_module(own, grey)


def fitting(
    described: Described, wanted: Mapping[str, Tensor], given: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """The given tensors as the network takes them. Raises ModelRefused at the first that doesn't fit.

    Floats become float32; counters may be missing.
    """
    name = described.architecture
    as_saved = f"save the state_dict() of torchvision's {name} itself, without a wrapper"
    for one in given:
        if one not in wanted:
            raise ModelRefused(f"The weights hold “{one[:120]}”, which {name} doesn't have: {as_saved}.")
    for one in wanted:
        if one not in given and not one.endswith(_COUNTER):
            raise ModelRefused(f"The weights lack “{one}” of {name}: {as_saved}.")
    different = [one for one in wanted if one in given and given[one].shape != wanted[one].shape]
    if different:
        raise ModelRefused(_shape_sentence(described, different, wanted, given))
    fitted = {one: value.to(wanted[one].dtype) for one, value in given.items()}
    for one, value in fitted.items():
        if not torch.isfinite(value).all():
            raise ModelRefused(
                f"The weights hold values in “{one}” that aren't numbers: export the model again."
            )
    return fitted


def _shape_sentence(
    described: Described, different: list[str], wanted: Mapping[str, Tensor], given: Mapping[str, Tensor]
) -> str:
    outputs = len(described.outputs)
    rows = {tuple(given[one].shape)[:1] for one in different}
    ours = {tuple(wanted[one].shape)[:1] for one in different}
    if ours == {(outputs,)} and len(rows) == 1 and rows != {()}:
        (found,) = rows.pop()
        return (
            f"The classifier has {found} outputs and {FILE_NAME} lists {outputs} labels: list one label for each "
            f"output, in order."
        )
    one = different[0]
    return (
        f"“{one}” in the weights has the shape {_shape(given[one])} where {described.architecture} with "
        f"{described.info.normalisation.channels}-channel input and {outputs} outputs has {_shape(wanted[one])}: "
        f"correct “architecture”, “labels” or “input” in {FILE_NAME}."
    )


def _shape(tensor: Tensor) -> str:
    return " × ".join(str(length) for length in tensor.shape) or "one number"


def split(network: nn.Module, film: Tensor, name: str) -> tuple[fx.GraphModule, fx.GraphModule]:
    """A network in evaluation mode, cut at its feature grid; both parts share its weights.

    `film` [1, C, S, S] is only there to see the shapes. Raises ModelRefused where there is no such place, or
    where the network can't take films of that size.
    """
    traced = fx.symbolic_trace(network)
    recorder = _Shapes(traced)
    try:
        with torch.no_grad():
            recorder.run(film)
    except (RuntimeError, ValueError, AssertionError) as error:
        raise ModelRefused(_size_sentence(name, film.shape[-1])) from error
    grid = _feature_grid(traced, recorder.shapes)
    if grid is None:
        raise ModelRefused(
            f"“{name}” has no feature grid before its classifier, so there is nothing to draw a heatmap from: "
            f"choose a convolutional network, or Swin."
        )
    return _front(traced, grid.name), _back(traced, grid.name)


class _Shapes(fx.Interpreter):
    """Runs a traced network and notes the shape of every tensor by its node's name."""

    def __init__(self, traced: fx.GraphModule) -> None:
        super().__init__(traced)
        self.shapes: dict[str, tuple[int, ...]] = {}

    def run_node(self, n: fx.Node) -> Any:
        value = super().run_node(n)
        if isinstance(value, Tensor):
            self.shapes[n.name] = tuple(value.shape)
        return value


def _feature_grid(traced: fx.GraphModule, shapes: Mapping[str, tuple[int, ...]]) -> fx.Node | None:
    found = None
    for node in _cuts(traced.graph):
        shape = shapes.get(node.name, ())
        if len(shape) == 2 or (len(shape) == 4 and shape[2:] == (1, 1)):
            break  # pooled
        if len(shape) == 3:
            found = None  # tokens: what was a grid before is no longer one
        elif len(shape) == 4 and node.op != "placeholder" and not _only_thins(traced, node):
            found = node
    return found


def _only_thins(traced: fx.GraphModule, node: fx.Node) -> bool:
    return node.op == "call_module" and isinstance(traced.get_submodule(str(node.target)), _NOT_A_GRID)


def _cuts(graph: fx.Graph) -> Iterator[fx.Node]:
    """The nodes, in order, that everything behind them needs and needs alone (weights aside)."""
    order, from_film = list(graph.nodes), _from_film(graph)
    last_use = {used: place for place, node in enumerate(order) for used in node.all_input_nodes}
    alive: list[fx.Node] = []
    for place, node in enumerate(order[:-1]):
        if node not in from_film:
            continue
        alive = [one for one in [*alive, node] if last_use.get(one, -1) > place]
        if alive == [node]:
            yield node


def _from_film(graph: fx.Graph) -> set[fx.Node]:
    """The nodes that aren't weights or made of weights alone."""
    reached: set[fx.Node] = set()
    for node in graph.nodes:
        if node.op == "placeholder" or reached & set(node.all_input_nodes):
            reached.add(node)
    return reached


def _front(traced: fx.GraphModule, cut: str) -> fx.GraphModule:
    graph = fx.Graph()
    copied: dict[fx.Node, fx.Node] = {}
    for node in traced.graph.nodes:
        copied[node] = graph.node_copy(node, lambda one: copied[one])
        if node.name == cut:
            graph.output(copied[node])
            break
    return _without_dead_ends(traced, graph)


def _back(traced: fx.GraphModule, cut: str) -> fx.GraphModule:
    graph = fx.Graph()
    copied: dict[fx.Node, fx.Node] = {}
    from_film, behind = _from_film(traced.graph), False
    for node in traced.graph.nodes:
        if node.name == cut:
            copied[node] = graph.placeholder("grid")
            behind = True
        elif behind or node not in from_film:
            copied[node] = graph.node_copy(node, lambda one: copied[one])
    return _without_dead_ends(traced, graph)


def _without_dead_ends(traced: fx.GraphModule, graph: fx.Graph) -> fx.GraphModule:
    # Two steps: what is dead shows only inside a module, and its weights stay out only when built anew.
    whole = fx.GraphModule(traced, graph)
    whole.graph.eliminate_dead_code()
    return fx.GraphModule(traced, whole.graph)
