"""What schemathesis is told of this API: values of its scalars, and what an answer must be.

`ROLEGRAPH_FUZZ_SCHEMA` names the file of the schema. When the run ends it says how many answers were looked at.
"""

import atexit
import collections
import os
import pathlib
import zlib

import schemathesis
from graphql import build_schema, parse, parse_value, print_ast, visit
from graphql.language import ArgumentNode, NullValueNode, Visitor
from hypothesis import strategies as st

import answers

SCHEMA = build_schema(pathlib.Path(os.environ["ROLEGRAPH_FUZZ_SCHEMA"]).read_text(encoding="utf-8"))
# What the service must not answer, whatever it is asked.
FAILURES = {"INTERNAL", "TIMEOUT"}
SOC_CODES = ["15-1252", "15-1252.00", "29-1141.00", "13-1020", "11-1011", "99-9999", "15-12", "", "15-1252.0"]
MOMENTS = ["2026-01-01T00:00:00Z", "2026-06-30T23:59:60Z", "1970-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "now"]

JSONS = ["null", "true", "-1", "1.5e3", '"text"', "[]", '["a", {b: 1}]', "{a: [1]}"]
ENTITIES = ['{__typename: "Job", id: "1"}', '{__typename: "Occupation", code: "15-1252.00"}', '{__typename: "Nothing"}', '{}']

for scalar, values in {
    "SocCode": [f'"{code}"' for code in SOC_CODES],
    "DateTime": [f'"{moment}"' for moment in MOMENTS],
    "JSON": JSONS,
    "_Any": ENTITIES,
}.items():
    schemathesis.graphql.scalar(scalar, st.sampled_from(values).map(parse_value))

seen = collections.Counter()


class WithoutCursors(Visitor):
    """What is made up for a cursor is none; a page without one begins at the start of the list."""

    def enter_argument(self, node, *_):
        if node.name.value in ("after", "before"):
            return ArgumentNode(name=node.name, value=NullValueNode())
        return None


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Three of four documents ask for first pages."""
    if zlib.crc32(case.body.encode()) % 4:
        case.body = print_ast(visit(parse(case.body), WithoutCursors()))


@schemathesis.check
def the_answer_fits_the_schema(ctx, response, case):
    """No status of a failing server, no code of one, and else what the specification and the schema allow."""
    seen["answers"] += 1
    assert response.status_code < 500, f"status {response.status_code}"
    answer = response.json()
    codes = [error.get("extensions", {}).get("code") for error in answer.get("errors", [])]
    seen.update(codes or ["answered without an error"])
    seen["with data"] += "data" in answer
    assert not FAILURES.intersection(codes), answer["errors"]
    answers.check(SCHEMA, case.body, answer)


@atexit.register
def tell():
    for name, count in seen.most_common():
        print(f"{count:7} {name}")
