"""Write the ONNX graph of a BERT body whose weights come from outside.

The graph is the same for the encoder and the reader: inputs `words` (batch, tokens, width), the
word vectors of the tokens, and `mask` (batch, tokens); output `hidden` (batch, tokens, width).
Every matrix product is quantised: int8 weights with one scale a column, activations with one a
token. A few word pieces have states many times as large as the others', which one scale for all
would round to next to nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onnx import TensorProto, helper

MATRICES = ("query", "key", "value", "attention", "intermediate", "output")


class _Graph:
    """Collects nodes and the initializers that are filled in when the graph is loaded."""

    def __init__(self, width: int, heads: int, inner: int, positions: int) -> None:
        self.width, self.heads, self.inner = width, heads, inner
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._offset = 0
        self._declare("positions", (positions, width), TensorProto.FLOAT)

    def _declare(self, name: str, shape: tuple[int, ...], kind: int) -> str:
        """Declare a weight that is handed over at load time."""
        size = 1
        for side in shape:
            size *= side
        size *= 4 if kind == TensorProto.FLOAT else 1
        tensor = TensorProto(name=name, data_type=kind, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "weights"), ("offset", self._offset), ("length", size)):
            tensor.external_data.add(key=key, value=str(value))
        self._offset += size
        self.initializers.append(tensor)
        return name

    def constant(self, name: str, values: list[Any], kind: int = TensorProto.INT64) -> str:
        """Add a small constant."""
        shape = [len(values)] if kind == TensorProto.INT64 else []
        self.initializers.append(helper.make_tensor(name, kind, shape, values))
        return name

    def add(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node with one output."""
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def quantised(self, x: str) -> tuple[str, str]:
        """Quantise an activation once for every product that uses it: its numbers and scales."""
        largest = self.add("ReduceMax", [self.add("Abs", [x], f"{x}.abs"), "last"], f"{x}.largest")
        above = self.add("Max", [largest, "least"], f"{x}.above")
        scale = self.add("Mul", [above, "step"], f"{x}.scale")
        parted = self.add("Div", [x, above], f"{x}.parted")
        return self.add("QuantizeLinear", [parted, "step", "middle"], f"{x}.q"), scale

    def linear(self, x: tuple[str, str], name: str, rows: int, columns: int) -> str:
        """Add `x @ weight * scales + bias`."""
        weight = self._declare(f"{name}.weight", (rows, columns), TensorProto.INT8)
        scale = self._declare(f"{name}.scale", (columns,), TensorProto.FLOAT)
        bias = self._declare(f"{name}.bias", (columns,), TensorProto.FLOAT)
        product = self.add("MatMulInteger", [x[0], weight, "middle"], f"{name}.product")
        floats = self.add("Cast", [product], f"{name}.float", to=TensorProto.FLOAT)
        columned = self.add("Mul", [floats, scale], f"{name}.columned")
        scaled = self.add("Mul", [columned, x[1]], f"{name}.scaled")
        return self.add("Add", [scaled, bias], f"{name}.out")

    def norm(self, x: str, name: str) -> str:
        """Add a layer normalisation over the width."""
        scale = self._declare(f"{name}.weight", (self.width,), TensorProto.FLOAT)
        bias = self._declare(f"{name}.bias", (self.width,), TensorProto.FLOAT)
        return self.add(
            "LayerNormalization", [x, scale, bias], f"{name}.out", axis=-1, epsilon=1e-12
        )

    def split(self, x: str, order: list[int]) -> str:
        """Split the width into heads: (batch, heads, …)."""
        parted = self.add("Reshape", [x, "split"], f"{x}.split")
        return self.add("Transpose", [parted], f"{x}.heads", perm=order)

    def layer(self, x: str, name: str) -> str:
        """Add one layer of the body."""
        width = self.width
        inside = self.quantised(x)
        query, key, value = (
            self.linear(inside, f"{name}.{part}", width, width) for part in MATRICES[:3]
        )
        queries = self.split(query, [0, 2, 1, 3])
        keys = self.split(key, [0, 2, 3, 1])
        values = self.split(value, [0, 2, 1, 3])
        scores = self.add("MatMul", [queries, keys], f"{name}.scores")
        scaled = self.add("Mul", [scores, "head_scale"], f"{name}.scaled")
        masked = self.add("Add", [scaled, "mask_bias"], f"{name}.masked")
        shares = self.add("Softmax", [masked], f"{name}.shares", axis=-1)
        mixed = self.add("MatMul", [shares, values], f"{name}.mixed")
        back = self.add("Transpose", [mixed], f"{name}.back", perm=[0, 2, 1, 3])
        joined = self.add("Reshape", [back, "join"], f"{name}.joined")
        attended = self.linear(self.quantised(joined), f"{name}.attention", width, width)
        first = self.norm(self.add("Add", [attended, x], f"{name}.sum1"), f"{name}.norm1")
        inner = self.linear(self.quantised(first), f"{name}.intermediate", width, self.inner)
        active = self.add("Gelu", [inner], f"{name}.active")
        outer = self.linear(self.quantised(active), f"{name}.output", self.inner, width)
        return self.norm(self.add("Add", [outer, first], f"{name}.sum2"), f"{name}.norm2")


def write_graph(
    path: Path, *, layers: int, width: int, heads: int, inner: int, positions: int
) -> None:
    """Write the graph of so many layers. Weights are named `layer.N.query.weight` and so on."""
    graph = _Graph(width, heads, inner, positions)
    graph.constant("split", [0, 0, heads, width // heads])
    graph.constant("join", [0, 0, width])
    graph.constant("zero", [0])
    graph.constant("one", [1])
    graph.constant("between", [1, 2])
    graph.constant("head_scale", [(width // heads) ** -0.5], TensorProto.FLOAT)
    graph.constant("far", [-1e4], TensorProto.FLOAT)
    graph.constant("unit", [1.0], TensorProto.FLOAT)
    graph.constant("last", [-1])
    graph.constant("least", [1e-9], TensorProto.FLOAT)
    graph.constant("step", [1 / 127], TensorProto.FLOAT)
    graph.constant("middle", [128], TensorProto.UINT8)
    shape = graph.add("Shape", ["mask"], "shape")
    length = graph.add("Slice", [shape, "one", "two"], "length")
    graph.constant("two", [2])
    places = graph.add("Slice", ["positions", "zero", length], "places")
    floats = graph.add("Cast", ["mask"], "mask.float", to=TensorProto.FLOAT)
    absent = graph.add("Sub", ["unit", floats], "absent")
    bias = graph.add("Mul", [absent, "far"], "bias")
    graph.add("Unsqueeze", [bias, "between"], "mask_bias")
    x = graph.norm(graph.add("Add", ["words", places], "sum0"), "norm0")
    for number in range(layers):
        x = graph.layer(x, f"layer.{number}")
    graph.add("Identity", [x], "hidden")
    sides = ["batch", "tokens"]
    body = helper.make_graph(
        graph.nodes,
        "body",
        [
            helper.make_tensor_value_info("words", TensorProto.FLOAT, [*sides, width]),
            helper.make_tensor_value_info("mask", TensorProto.INT64, sides),
        ],
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [*sides, width])],
        graph.initializers,
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    path.write_bytes(model.SerializeToString())
