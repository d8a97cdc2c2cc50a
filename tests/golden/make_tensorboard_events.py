"""Writes tensorboard_events.bin: an event file made by TensorBoard's own messages and record writer.

    python make_tensorboard_events.py    (tensorboard 2.21.0)
"""

import pathlib
import struct

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

TIME = 1700000000.25


def record(event):
    data = event.SerializeToString(deterministic=True)
    header = struct.pack("<Q", len(data))
    return (
        header
        + struct.pack("<I", masked_crc32c(header))
        + data
        + struct.pack("<I", masked_crc32c(data))
    )


def scalar(tag, value):
    return summary_pb2.Summary.Value(tag=tag, simple_value=value)


Event, Summary = event_pb2.Event, summary_pb2.Summary
start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
text = Summary.Value(
    tag="config",
    tensor=tensor_pb2.TensorProto(
        dtype=7,
        tensor_shape=tensor_shape_pb2.TensorShapeProto(
            dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=1)]
        ),
        string_val=["srl → rlvr\n\n    {}".encode()],
    ),
    metadata=summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text")
    ),
)
events = [
    Event(wall_time=TIME, file_version="brain.Event:2"),
    Event(wall_time=TIME, session_log=start),
    Event(wall_time=TIME, summary=Summary(value=[text])),
    Event(wall_time=TIME + 1, step=1, summary=Summary(value=[scalar("loss", 1.5), scalar("reward", -0.1)])),
    Event(wall_time=TIME + 2, step=2**40, summary=Summary(value=[scalar("loss", 0.0)])),
]
pathlib.Path(__file__).with_name("tensorboard_events.bin").write_bytes(b"".join(map(record, events)))
