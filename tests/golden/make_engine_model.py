"""Writes engine_model.onnx: the model of tests/engine/onnx/encode_test.ts as the onnx package encodes it.

Run: python tests/golden/make_engine_model.py (needs onnx and numpy; written with 1.23.2 and 2.4.6).
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper

FLOAT, DOUBLE, INT32, INT64, BOOL = (
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.INT32,
    TensorProto.INT64,
    TensorProto.BOOL,
)


def constant(name, data, shape=None):
    data = np.asarray(data)
    kind = helper.np_dtype_to_tensor_dtype(data.dtype)
    tensor = TensorProto(name=name, data_type=kind, raw_data=data.tobytes())
    tensor.dims.extend(data.shape if shape is None else shape)
    return tensor


def node(op, inputs, outputs, domain="", **attributes):
    made = helper.make_node(op, inputs, outputs, name=outputs[0], domain=domain)
    made.domain = domain
    for name, value in attributes.items():
        made.attribute.append(helper.make_attribute(name, value))
    return made


value = helper.make_tensor_value_info
weights = np.arange(80, dtype=np.float32).reshape(2, 40) / 8
graph = helper.make_graph(
    name="stepwise",
    nodes=[
        node("Gemm", ["x", "constant_0"], ["äußere/Gemm_1"], transA=0, transB=1, alpha=0.5),
        node("Clip", ["äußere/Gemm_1", "", "constant_2"], ["äußere/Clip_3"]),
        node("Softmax", ["äußere/Clip_3"], ["Softmax_4"], axis=-1),
        node("Transpose", ["Softmax_4"], ["Transpose_5"], perm=[1, 0]),
        node("Gather", ["constant_0", "rows"], ["Gather_7"], axis=0),
        node(
            "ScatterElements",
            ["Gather_7", "constant_8", "constant_9"],
            ["ScatterElements_10"],
            axis=1,
            reduction="add",
        ),
        node("Where", ["flags", "constant_11", "constant_12"], ["Where_14"]),
        node(
            "FusedMatMul", ["y", "y"], ["FusedMatMul_15"], domain="com.microsoft", transA=0, transB=1, alpha=-2.0
        ),
        node("Identity", ["rows"], ["Identity_16"]),
    ],
    initializer=[
        constant("constant_0", weights),
        constant("constant_2", np.float32(3.5)),
        constant("constant_8", np.array([[0, 39]] * 3, dtype=np.int32)),
        constant("constant_9", np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32)),
        constant("constant_11", np.array([0.1, -1e300])),
        constant("constant_12", np.array([np.inf, -0.0])),
    ],
    inputs=[
        value("x", FLOAT, ["B", 40]),
        value("rows", INT64, [3]),
        value("flags", BOOL, [2]),
        value("y", FLOAT, ["B", 3, 4]),
        value("unread", INT32, []),
    ],
    outputs=[
        value("Transpose_5", FLOAT, [2, "B"]),
        value("ScatterElements_10", FLOAT, [3, 40]),
        value("Where_14", DOUBLE, [2]),
        value("FusedMatMul_15", FLOAT, ["B", 3, 3]),
        value("Identity_16", INT64, [3]),
    ],
)
model = helper.make_model(
    graph,
    producer_name="stepwise",
    ir_version=10,
    opset_imports=[helper.make_opsetid("", 23), helper.make_opsetid("com.microsoft", 1)],
)
onnx.checker.check_model(model, full_check=True)
pathlib.Path(__file__).with_name("engine_model.onnx").write_bytes(model.SerializeToString(deterministic=True))
