"""Makes parquet/: the same rows as the `datasets` library writes them for the Hub and in other encodings, rows.json with what
pyarrow reads from them, and two files that cannot become JSON.

Run: python make_parquet.py (needs datasets and pyarrow; made with 5.2.0 and 26.0.1).
"""
import datetime
import json
import pathlib

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent / "parquet"
HERE.mkdir(exist_ok=True)

SCHEMA = pa.schema([
    ("id", pa.int64()),
    ("question", pa.string()),
    ("solution", pa.large_string()),
    ("answer", pa.string()),
    ("messages", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
    ("grid", pa.list_(pa.list_(pa.int32()))),
    ("meta", pa.struct([("level", pa.int64()), ("score", pa.float64()), ("hard", pa.bool_()), ("tags", pa.list_(pa.string()))])),
    ("unsigned", pa.uint32()),
    ("half", pa.float32()),
    ("made", pa.timestamp("us")),
    ("day", pa.date32()),
    ("empty", pa.string()),
])


def row(n):
    """Row n: every third value is null somewhere, lists grow and are empty, text has every kind of character."""
    steps = "\n\n".join(f"{k}. **Step {k}** add {n} and {k}: \\({n} + {k} = {n + k}\\)" for k in range(1, 4))
    turns = [{"role": r, "content": c} for r, c in [("system", ""), ("user", f"What is {n} + 3? 😀 ünï\u0000"), ("assistant", None)]]
    return {
        "id": None if n % 7 == 5 else n * 1_000_000_007,
        "question": f"What is {n} + 3? ∑ é 日本 \u2028 “{n}”",
        "solution": steps,
        "answer": None if n % 3 == 0 else str(n + 3),
        "messages": None if n % 5 == 4 else turns[: n % 4],
        "grid": [[k for k in range(j)] for j in range(n % 4)] + ([None] if n % 6 == 0 else []),
        "meta": None if n % 4 == 3 else {"level": -n, "score": n / 3, "hard": n % 2 == 0, "tags": ["a", None, "b"][: n % 4]},
        "unsigned": 4294967295 - n,
        "half": n / 4,
        "made": datetime.datetime(2024, 2, 29, 12, 0, n % 60, 123000),
        "day": datetime.date(1969, 12, 31) + datetime.timedelta(days=n),
        "empty": None,
    }


ROWS = [row(n) for n in range(40)]
TABLE = pa.Table.from_pylist(ROWS, schema=SCHEMA)

# As the Hub has them: what Dataset.push_to_hub uploads is written by the same function.
datasets.Dataset(TABLE).to_parquet(HERE / "hub.parquet", batch_size=16)
# Several row groups; snappy and dictionaries are pyarrow's own defaults, which many files on the Hub have too.
pq.write_table(TABLE, HERE / "snappy.parquet", row_group_size=15)
pq.write_table(TABLE, HERE / "zstd.parquet", compression="zstd", data_page_version="2.0", row_group_size=40)
pq.write_table(TABLE, HERE / "gzip.parquet", compression="gzip", use_dictionary=False, row_group_size=7)
pq.write_table(TABLE, HERE / "brotli.parquet", compression="brotli", row_group_size=40)
pq.write_table(TABLE, HERE / "lz4.parquet", compression="lz4", row_group_size=40)
pq.write_table(TABLE, HERE / "plain.parquet", compression="none", version="1.0")
pq.write_table(TABLE, HERE / "delta.parquet", compression="zstd", use_dictionary=False, column_encoding={
    "id": "DELTA_BINARY_PACKED", "question": "DELTA_BYTE_ARRAY", "answer": "DELTA_LENGTH_BYTE_ARRAY", "half": "BYTE_STREAM_SPLIT",
})


def plain(value):
    """Dates as JavaScript's toISOString writes them."""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if isinstance(value, datetime.date):
        return f"{value.isoformat()}T00:00:00.000Z"
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


files = ["hub", "snappy", "zstd", "gzip", "brotli", "lz4", "plain", "delta"]
read = {name: [plain(r) for r in pq.read_table(HERE / f"{name}.parquet").to_pylist()] for name in files}
assert all(rows == read["hub"] for rows in read.values())
(HERE / "rows.json").write_text(json.dumps(read["hub"], ensure_ascii=True, separators=(",", ":")) + "\n")

# 2^53 is the first integer whose neighbour a float64 does not have.
pq.write_table(pa.table({"question": ["a", "b"], "meta": [{"hash": 2**53 - 1}, {"hash": 2**53}]}), HERE / "large_integer.parquet")
pq.write_table(pa.table({"question": pa.array([b"caf\xe9"], pa.binary()).view(pa.string())}), HERE / "not_utf8.parquet")
pq.write_table(TABLE.slice(0, 0), HERE / "no_rows.parquet")
pq.write_table(pa.table({"image": pa.array([b"\xff\x00\x01"], pa.binary()), "question": ["what is this?"]}), HERE / "binary.parquet")
