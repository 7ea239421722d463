"""Whether an answer is one that the schema allows to a document.

After section 6 (execution) and section 7 (response) of the GraphQL specification, October 2021. The document is valid: the
service would have refused it otherwise, and a refusal has no `data`.
"""

import re

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    parse,
)
from graphql.language import FieldNode, FragmentDefinitionNode, InlineFragmentNode, OperationDefinitionNode

INT = range(-(2**31), 2**31)
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
SOC_CODE = re.compile(r"\d\d-\d{4}(\.\d\d)?")
SCALARS = {
    "Int": lambda value: type(value) is int and value in INT,
    "Float": lambda value: type(value) in (int, float),
    "String": lambda value: type(value) is str,
    "ID": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "DateTime": lambda value: type(value) is str and DATE_TIME.fullmatch(value),
    "SocCode": lambda value: type(value) is str and SOC_CODE.fullmatch(value),
    "JSON": lambda value: True,
}


class Misfit(Exception):
    """An answer that the schema does not allow: where, and why."""

    def __init__(self, path, why):
        super().__init__(f"{'.'.join(map(str, path)) or 'answer'}: {why}")


class Document:
    """A parsed document with one operation."""

    def __init__(self, schema, text):
        definitions = parse(text).definitions
        self.schema = schema
        self.fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        (self.operation,) = [d for d in definitions if isinstance(d, OperationDefinitionNode)]

    def root(self):
        return self.schema.get_root_type(self.operation.operation)

    def applies(self, condition, type_):
        """Whether a fragment on the type of that name, or on none, applies to an object of `type_`."""
        if condition is None or condition == type_.name:
            return True
        other = self.schema.type_map[condition]
        return not isinstance(other, GraphQLObjectType) and self.schema.is_sub_type(other, type_)

    def fields(self, type_, selection_sets):
        """The nodes of each response name, in the order of the answer."""
        found = {}
        for selection_set in selection_sets:
            for node in selection_set.selections:
                if isinstance(node, FieldNode):
                    found.setdefault((node.alias or node.name).value, []).append(node)
                    continue
                fragment = node if isinstance(node, InlineFragmentNode) else self.fragments[node.name.value]
                condition = fragment.type_condition.name.value if fragment.type_condition else None
                if self.applies(condition, type_):
                    for name, nodes in self.fields(type_, [fragment.selection_set]).items():
                        found.setdefault(name, []).extend(nodes)
        return found


def check(schema, text, answer):
    """Raises `Misfit` when `answer`, a parsed body, is not one to the document `text`."""
    if type(answer) is not dict or not answer.keys() <= {"data", "errors", "extensions"}:
        raise Misfit([], f"its members are {list(answer)}")
    errors = answer.get("errors", [])
    if "errors" in answer and not errors:
        raise Misfit(["errors"], "an empty list")
    for at, error in enumerate(errors):
        _error(error, ["errors", at])
    if "data" not in answer:
        if not errors:
            raise Misfit([], "neither data nor errors")
        return
    if answer["data"] is None:
        if not errors:
            raise Misfit(["data"], "null without an error")
    else:
        document = Document(schema, text)
        _object(document, document.root(), [document.operation.selection_set], answer["data"], [])
    for at, error in enumerate(errors):
        _null_at(answer["data"], error.get("path", []), ["errors", at])


def _error(error, path):
    if type(error.get("message")) is not str or not error["message"]:
        raise Misfit(path, "no message")
    if type(error.get("extensions", {}).get("code")) is not str:
        raise Misfit(path, "no code")
    for place in error.get("locations", []):
        if not (place["line"] > 0 and place["column"] > 0):
            raise Misfit(path, f"a location of {place}")
    if not error.keys() <= {"message", "locations", "path", "extensions"}:
        raise Misfit(path, f"its members are {list(error)}")


def _null_at(data, path, where):
    """An error's path leads to the null that it explains, or to one above it."""
    for step in path:
        if data is None:
            return
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError) as error:
            raise Misfit(where, f"its path {path} leads nowhere") from error
    if path and data is not None:
        raise Misfit(where, f"its path {path} leads to a value")


def _object(document, type_, selection_sets, value, path):
    if type(value) is not dict:
        raise Misfit(path, f"no object: {value!r}")
    fields = document.fields(type_, selection_sets)
    if list(fields) != list(value):
        raise Misfit(path, f"a {type_.name} with {list(value)} for {list(fields)}")
    for name, nodes in fields.items():
        if nodes[0].name.value == "__typename":
            if value[name] != type_.name:
                raise Misfit([*path, name], f"{value[name]!r}, not {type_.name}")
            continue
        field = type_.fields[nodes[0].name.value]
        below = [node.selection_set for node in nodes if node.selection_set]
        _value(document, field.type, below, value[name], [*path, name])


def _value(document, type_, selection_sets, value, path):
    if isinstance(type_, GraphQLNonNull):
        if value is None:
            raise Misfit(path, f"null for {type_}")
        type_ = type_.of_type
    if value is None:
        return
    if isinstance(type_, GraphQLList):
        if type(value) is not list:
            raise Misfit(path, f"no list: {value!r}")
        for at, item in enumerate(value):
            _value(document, type_.of_type, selection_sets, item, [*path, at])
    elif isinstance(type_, GraphQLScalarType):
        if not SCALARS[type_.name](value):
            raise Misfit(path, f"{value!r} for {type_.name}")
    elif isinstance(type_, GraphQLEnumType):
        if value not in type_.values:
            raise Misfit(path, f"{value!r} for {type_.name}")
    elif isinstance(type_, GraphQLObjectType):
        _object(document, type_, selection_sets, value, path)
    else:
        _any_of(document, get_named_type(type_), selection_sets, value, path)


def _any_of(document, type_, selection_sets, value, path):
    assert isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType))
    misfits = []
    for possible in document.schema.get_possible_types(type_):
        try:
            return _object(document, possible, selection_sets, value, path)
        except Misfit as misfit:
            misfits.append(str(misfit))
    raise Misfit(path, f"none of {type_.name}: {misfits}")
