"""An exported program's graph as modules that can be looked into: a part a layer, by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn

from engine.jobs import NetworkError

_PATH = re.compile(r"\w+(?:\.\w+)*", re.ASCII)
_NOWHERE = "_empty_nn_module_stack_from_metadata_hook"  # torch's name for no layer
# What makes probabilities of logits: maximized, they stand still once they are near 1.
_SOFTMAX = ("softmax", "_softmax", "log_softmax", "_log_softmax", "sigmoid")


class Part(nn.Module):
    """A layer of an exported network: it holds the layer's tensors and sees its output pass.

    ``kind`` is the class that the layer had; ``repeats`` tells that a layer inside gives the
    same output, whose units these are.
    """

    def __init__(self, kind: str = "Module") -> None:
        super().__init__()
        self._kind = kind
        self._repeats = False

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output (N, ...), unchanged."""
        return x


def modules(program: torch.export.ExportedProgram, title: str) -> fx.GraphModule:
    """The program as a module from (N, C, H, W) to logits (N, classes), its layers by name.

    Raises:
        NetworkError: it takes or gives anything else, or was exported while training.
    """
    if any(_in_place(node) for node in program.graph.nodes):
        # An operation in place would overwrite what the layer before it gave.
        program = program.run_decompositions({})
    tensors = {**program.state_dict, **program.constants}
    single = _in_other_precision(program)
    if single:
        tensors = {k: _single(v) for k, v in tensors.items()}
    root = Part()
    graph = fx.Graph()
    now: dict[fx.Node, fx.Node] = {}
    taps = _taps(program.graph)
    for path, kind in _kinds(program.graph):
        _part(root, path)._kind = kind
    inputs = {x.arg.name: x for x in program.graph_signature.input_specs}
    result = _result(program, title)
    for node in program.graph.nodes:
        if node.op == "placeholder":
            spec = inputs[node.name]
            if spec.kind == torch.export.graph_signature.InputKind.USER_INPUT:
                now[node] = graph.placeholder("x")
            else:
                now[node] = graph.get_attr(_hold(root, str(spec.target), tensors, title))
        elif node.op == "call_function":
            now[node] = graph.node_copy(node, lambda x: now[x])
            _evaluated(now[node])
            if single:
                now[node].args = fx.node.map_aggregate(now[node].args, _single)
                now[node].kwargs = fx.node.map_aggregate(now[node].kwargs, _single)
            for path, kind, repeats in taps.get(node, ()):
                part = _part(root, path)
                part._repeats = repeats
                part._kind = kind
                now[node] = graph.call_module(path, (now[node],))
        else:
            raise NetworkError(f"{title} has a part that no layer can be made of: {node.target}.")
        if node is result:
            graph.output(_as_logits(graph, now[result], result.meta["val"].shape))
            break
    graph.eliminate_dead_code(
        lambda node: node.op not in ("call_module", "get_attr", "call_function")
    )
    module = fx.GraphModule(root, graph, class_name="Program")
    # fx copies parts in the order of their tensors: the network's own is the one to list.
    module._modules.clear()
    module._modules.update(root._modules)
    return module


def _in_place(node: fx.Node) -> bool:
    schema = getattr(node.target, "_schema", None)
    return schema is not None and schema.is_mutable


_PRECISIONS = (torch.float16, torch.bfloat16, torch.float64)


def _in_other_precision(program: torch.export.ExportedProgram) -> bool:
    """Whether it takes images in half or double precision: it is computed in single."""
    users = {str(x) for x in program.graph_signature.user_inputs}
    values = [x.meta.get("val") for x in program.graph.nodes if x.name in users]
    return any(isinstance(x, Tensor) and x.dtype in _PRECISIONS for x in values)


def _single(value: Any) -> Any:
    if isinstance(value, nn.Parameter):
        return nn.Parameter(_single(value.detach()), requires_grad=False)
    if isinstance(value, Tensor):
        return value.float() if value.dtype in _PRECISIONS else value
    return torch.float32 if value in _PRECISIONS else value


def _result(program: torch.export.ExportedProgram, title: str) -> fx.Node:
    """The node that gives the logits: what a last softmax is made of, where there is one."""
    kinds = torch.export.graph_signature.OutputKind
    outputs = [x for x in program.graph_signature.output_specs if x.kind == kinds.USER_OUTPUT]
    if len(outputs) != len(program.graph_signature.output_specs):
        raise NetworkError(
            f"{title} was exported while training: call model.eval() and export it again."
        )
    names = {node.name: node for node in program.graph.nodes}
    found = [names[x.arg.name] for x in outputs if x.arg.name in names]
    shapes = [tuple(getattr(node.meta.get("val"), "shape", ())) for node in found]
    keys = _keys(program, len(found))
    fits = [
        (_form(shape), key not in _LOGITS, i)
        for i, (shape, key) in enumerate(zip(shapes, keys, strict=True))
    ]
    best = min((x for x in fits if x[0]), default=None)
    if best is None:
        given = ", ".join("×".join(_side(x) for x in shape) for shape in shapes) or "no tensor"
        raise NetworkError(
            f"{title} is no classifier: it gives {given}, not one number a class for each image."
        )
    node = found[best[2]]
    name = getattr(node.target, "_opname", "")
    return node.args[0] if name in _SOFTMAX and isinstance(node.args[0], fx.Node) else node


_LOGITS = ("logits", "output", "out")


def _keys(program: torch.export.ExportedProgram, count: int) -> list[str]:
    """What the outputs are called, where they are a dictionary's."""
    spec = program.call_spec.out_spec
    keys = spec.context if spec is not None and spec.type is dict else ()
    return list(map(str, keys)) if len(keys) == count else [""] * count


def _form(shape: tuple[Any, ...]) -> int:
    """How surely an output of this shape is a number a class, 1 the surest; 0 where it is not.

    Networks with helpers while training, or that give their features too, have several outputs.
    """
    if len(shape) == 2 and isinstance(shape[1], int):
        return 1
    if len(shape) > 2 and isinstance(shape[1], int) and all(x == 1 for x in shape[2:]):
        return 2  # (N, C, 1, 1), of networks that are convolutions to the end
    return 3 if len(shape) == 1 else 0  # (N,): one number an image


def _side(side: Any) -> str:
    return str(side) if isinstance(side, int) else "N"


def _as_logits(graph: fx.Graph, node: fx.Node, shape: Sequence[Any]) -> fx.Node:
    """The output as logits (N, classes); of one number z an image −z/2 and z/2, for no and yes.

    The softmax of these is the sigmoid of z.
    """
    if len(shape) == 1:
        node = graph.call_function(torch.unsqueeze, (node, 1))
    elif len(shape) > 2:
        node = graph.call_function(torch.flatten, (node, 1))
    if len(shape) > 1 and shape[1] != 1:
        return node
    both = [graph.call_function(torch.mul, (node, half)) for half in (-0.5, 0.5)]
    return graph.call_function(torch.cat, (both, 1))


def _evaluated(node: fx.Node) -> None:
    # What was exported while training is run as after eval(): nothing dropped out.
    if getattr(node.target, "_opname", "") == "dropout":
        node.args = (*node.args[:2], False)


def _hold(root: Part, target: str, tensors: dict[str, Any], title: str) -> str:
    if not _PATH.fullmatch(target) or not isinstance(tensors.get(target), Tensor):
        raise NetworkError(f"{target} of {title} is no tensor.")
    tensor = tensors[target].detach()
    if tensor.is_floating_point() and not torch.isfinite(tensor).all():
        raise NetworkError(f"{title} holds values that are no numbers (NaN), in {target}.")
    path, _, name = target.rpartition(".")
    owner = _part(root, path) if path else root
    if name not in owner._buffers and name not in owner._parameters:
        if isinstance(tensors[target], nn.Parameter):
            owner.register_parameter(name, nn.Parameter(tensor, requires_grad=False))
        else:
            owner.register_buffer(name, tensor)
    return target


def _part(root: Part, path: str) -> Part:
    part = root
    for name in path.split("."):
        if name not in part._modules:
            part.add_module(name, Part())
        part = part._modules[name]  # type: ignore[assignment]
    return part


def _stack(node: fx.Node) -> list[tuple[str, str]]:
    """The layers that a node is in, the outermost first: paths and classes."""
    stack = (node.meta.get("nn_module_stack") or {}).values()
    named = [(path, str(kind).rpartition(".")[2]) for path, kind in stack]
    return [(path, kind) for path, kind in named if _PATH.fullmatch(path) and path != _NOWHERE]


def _kinds(graph: fx.Graph) -> Iterator[tuple[str, str]]:
    for node in graph.nodes:
        yield from _stack(node)


def _taps(graph: fx.Graph) -> dict[fx.Node, list[tuple[str, str, bool]]]:
    """Which layers' outputs each node gives, the innermost first; of a first call only.

    A program without its layers' names has its operations' instead.
    """
    runs: dict[str, list[fx.Node]] = {}
    kinds: dict[str, str] = {}
    inside: set[str] = set()
    calls = [x for x in graph.nodes if x.op == "call_function"]
    for node in calls:
        if not node.meta.get("nn_module_stack"):
            continue  # a constant's, which belongs nowhere
        stack = _stack(node)
        for path, kind in stack:
            if path not in runs or path in inside:
                runs.setdefault(path, []).append(node)
                kinds.setdefault(path, kind)
        inside = {path for path, _ in stack if runs[path][-1] is node}
    taps: dict[fx.Node, list[tuple[str, str, bool]]] = {}
    if not runs:
        return {
            x: [(x.name, getattr(x.target, "_opname", "operation"), False)]
            for x in calls
            if isinstance(x.meta.get("val"), Tensor) and _PATH.fullmatch(x.name)
        }
    for path, nodes in sorted(runs.items(), key=lambda run: -run[0].count(".")):
        members = set(nodes)
        leaving = [x for x in nodes if any(user not in members for user in x.users)]
        if len(leaving) == 1 and isinstance(leaving[0].meta.get("val"), Tensor):
            found = taps.setdefault(leaving[0], [])
            found.append((path, kinds[path], bool(found)))
    return taps
