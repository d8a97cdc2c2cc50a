"""Print the cases in Math-Verify's tests as JSON lines, read from a checkout of huggingface/Math-Verify.

Run `python3 bench/math_verify_cases.py CHECKOUT/tests`. The files are parsed, not imported: of their code only the literal lists of
cases are evaluated. A line is {file, test, gold, prediction, expected, precision}, or for extraction {.., text, letter}.
"""

import ast
import json
import math
import pathlib
import sys


def cases(path):
    for function in ast.parse(path.read_text()).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for decorator in function.decorator_list:
            if not isinstance(decorator, ast.Call) or getattr(decorator.func, "attr", "") != "parametrize":
                continue
            names = [name.strip() for name in ast.literal_eval(decorator.args[0]).split(",")]
            scope = {"math": math, "StringExtractionConfig": lambda **options: options, "__builtins__": {}}
            rows = eval(compile(ast.Expression(decorator.args[1]), str(path), "eval"), scope)
            for row in rows:
                yield function.name, dict(zip(names, row))


def main():
    for path in sorted(pathlib.Path(sys.argv[1]).glob("test_*.py")):
        for test, row in cases(path):
            line = {"file": path.name, "test": test}
            if "gold" in row:
                expected = row.get("expected", row.get("result"))
                line |= {
                    "gold": row["gold"],
                    "prediction": row["pred"],
                    "expected": bool(expected),
                    "precision": row.get("precision", 6),
                }
            else:
                # The letter as found comes last; answers beyond a list of letters given to the parser are an option of its own.
                letter = row["expected"][-1] if row["expected"] else None
                if row["config"].get("strings"):
                    continue
                line |= {"text": row["pred"], "letter": letter}
            print(json.dumps(line))


if __name__ == "__main__":
    main()
