"""What Schemathesis must not send, because it is not what it takes it for."""

import json

import schemathesis
from jsonschema_rs import Draft4Validator

# Bytes are bytes, whatever they are called.
schemathesis.serializer.alias("application/gzip", "application/octet-stream")


@schemathesis.hook
def before_add_examples(context, examples):
    """Leaves out examples that lack what must be there.

    Schemathesis puts examples together from those of single properties. Where properties that must be there have no
    example, it leaves them out and takes the rest for a valid request.
    """
    examples[:] = [case for case in examples if is_valid(case)]


def is_valid(case):
    """Whether a JSON body is what the document asks for."""
    if case.media_type != "application/json" or not isinstance(case.body, dict):
        return True
    body = case.operation.definition.raw.get("requestBody", {})
    content = body.get("content", {}).get(case.media_type, {})
    return fits(case, content.get("schema", {}), case.body)


VALIDATORS = {}  # by the id of the schema


def fits(case, schema, value):
    """Whether a value is what a schema of the document asks for."""
    # With all components, a validator is long in the making. The schema is kept, so that no other one gets its id.
    if id(schema) not in VALIDATORS:
        components = case.operation.schema.raw_schema.get("components", {})
        VALIDATORS[id(schema)] = schema, Draft4Validator({**schema, "components": components})
    errors = VALIDATORS[id(schema)][1].iter_errors(value)
    # OpenAPI 3.0 goes by draft 4, which does not know `nullable`.
    return all(error.instance is None for error in errors)


def is_something_else(case):
    """Whether what is wrong with a value of the query is lost on the way, since its text is that of a right one.

    A number where text is expected is text, and so is what is not an item by itself when a list of it is right. Nothing,
    and `null`, is what `null` is written as.
    """
    for parameter in case.operation.definition.raw.get("parameters", []):
        name, schema = parameter.get("name"), parameter.get("schema", {})
        if parameter.get("in") != "query" or name not in (case.query or {}):
            continue
        value = case.query[name]
        text = written(value)
        if text is None or fits(case, schema, value):
            continue
        nulls = [null for taken in parameter.get("x-lenient", []) for null in taken.get("enum", [])]
        if text in nulls or fits(case, schema, text) or ("anyOf" in schema and fits(case, schema, [text])):
            return True
    return False


def written(value):
    """A value as a text of the query; nothing where it has several."""
    if isinstance(value, str):
        return value
    if value in ({}, []):
        return ""
    return None if isinstance(value, (dict, list)) else json.dumps(value)


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what cannot say what Schemathesis means by it.

    A file: `true` or a list is sent as some bytes, and those are a file.

    A form: the name of a part stands in its header `Content-Disposition`, where RFC 9110 allows no control characters;
    Schemathesis writes them there as they are. What a part holds is text: a wrong type, such as `true` where text is
    expected or one item in place of a list, is the same bytes as the right one. And a list without items is no part
    at all, as if it were left out.
    """
    if is_something_else(case):
        return False
    if case.media_type == "application/gzip":
        return not isinstance(case.body, (bool, int, float, str, list, dict, type(None)))
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return True
    if any(ord(letter) < 32 or ord(letter) == 127 for name in case.body for letter in name):
        return False
    if any(value == [] for value in case.body.values()):
        return False
    data = getattr(getattr(case.meta, "phase", None), "data", None)
    return "type" not in str(getattr(data, "description", "")).lower()
