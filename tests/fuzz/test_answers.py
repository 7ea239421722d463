"""The judge of answers is judged first: it lets a right one through, and none of those with one thing wrong."""

import copy
import unittest

from graphql import build_schema

import answers

SCHEMA = build_schema(
    """
    scalar DateTime
    enum Kind { OCCUPATION FEATURED_ROLE }
    interface Node { id: ID! }
    type Job implements Node { id: ID!, title: String!, kind: Kind!, at: DateTime, share: Float, tags: [String!]! }
    type Query { job: Job, node: Node, count: Int! }
    """
)
DOCUMENT = "{ again: count job { id kind at share tags ...T } node { ... on Job { title } id } } fragment T on Job { title }"
JOB = {"id": "1", "kind": "OCCUPATION", "at": "2026-01-01T00:00:00Z", "share": 1, "tags": ["a"], "title": "Cook"}
RIGHT = {"data": {"again": 1, "job": JOB, "node": {"title": "Cook", "id": "1"}}}


class Judge(unittest.TestCase):
    def changed(self, path, value):
        answer = copy.deepcopy(RIGHT)
        at = answer["data"]
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        return answer

    def test_right(self):
        answers.check(SCHEMA, DOCUMENT, RIGHT)
        answers.check(SCHEMA, DOCUMENT, {"errors": [{"message": "No.", "extensions": {"code": "INVALID"}}]})
        missing = self.changed(["job"], None) | {"errors": [{"message": "No.", "path": ["job", "title"], "extensions": {"code": "INVALID"}}]}
        answers.check(SCHEMA, DOCUMENT, missing)

    def test_wrong(self):
        wrong = [
            (["again"], 2**31),
            (["again"], True),
            (["again"], None),
            (["more"], 1),
            (["job", "id"], 1),
            (["job", "kind"], "OTHER"),
            (["job", "at"], "yesterday"),
            (["job", "share"], "1"),
            (["job", "tags"], None),
            (["job", "tags"], [None]),
            (["job", "tags"], "a"),
            (["job", "title"], None),
            (["job"], []),
            (["node"], {"id": "1", "title": "Cook"}),
            (["node"], {"id": "1"}),
        ]
        error = {"message": "No.", "extensions": {"code": "INVALID"}}
        other = [
            {},
            {"errors": []},
            {"data": None},
            {"errors": [{"message": "No."}]},
            {"errors": [{"extensions": {"code": "INVALID"}}]},
            {"errors": [error], "status": 400},
            RIGHT | {"errors": [error | {"path": ["job", "title"]}]},
            RIGHT | {"errors": [error | {"path": ["jobs"]}]},
        ]
        for answer in [*(self.changed(path, value) for path, value in wrong), *other]:
            with self.subTest(answer=answer), self.assertRaises(answers.Misfit):
                answers.check(SCHEMA, DOCUMENT, answer)


if __name__ == "__main__":
    unittest.main()
