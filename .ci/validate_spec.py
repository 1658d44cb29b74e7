"""Holds spec/kibana.yaml against OpenAPI 3.0 and every example and default in it against its schema.

Knows nothing of the generator: the judges are openapi-spec-validator for the document and openapi-schema-validator
(jsonschema with the dialect of OpenAPI 3.0, so that `nullable` means what it should) for the values.

    python .ci/validate_spec.py [FILE]
"""

import sys
from pathlib import Path

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from openapi_spec_validator import OpenAPIV30SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

DOCUMENT = "urn:spec"

# The validator follows references depth first, and those of a large document go deeper than Python does.
sys.setrecursionlimit(20_000)


class JsonLoader(yaml.SafeLoader):
    """Reads YAML with the types of JSON: a timestamp stays text, a repeated key is an error."""

    def construct_mapping(self, node, deep=False):
        """Refuses a key that occurs twice; YAML would silently take the last."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise SystemExit(f"{node.start_mark}: key {key!r} occurs twice")
        return super().construct_mapping(node, deep)


JsonLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def pointer(*parts):
    """A JSON pointer as a URI fragment."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


class Examples:
    """Walks a document and collects what has to be valid: (where, schema pointer, value)."""

    def __init__(self, document):
        self.document = document
        self.examples = []
        self.defaults = []
        self.used = set()

    def resolve(self, node):
        """Follows a local reference."""
        while isinstance(node, dict) and "$ref" in node:
            name = node["$ref"]
            self.used.add(name)
            node = self.document
            for part in name.removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def walk(self, node, path):
        """Visits every node; examples hang on media types, parameters and headers, defaults on schemas."""
        if isinstance(node, dict):
            if "schema" in node:
                schema = pointer(*path, "schema")
                if "example" in node:
                    self.examples.append((pointer(*path, "example"), schema, node["example"]))
                for name, example in (node.get("examples") or {}).items():
                    value = self.resolve(example)["value"]
                    self.examples.append((pointer(*path, "examples", name), schema, value))
            elif self.is_schema(path):
                for word, found in (("example", self.examples), ("default", self.defaults)):
                    if word in node:
                        found.append((pointer(*path, word), pointer(*path), node[word]))
            for key, value in node.items():
                if not (key in ("example", "examples", "default") and path[-1:] != ["properties"]):
                    self.walk(value, [*path, key])
        elif isinstance(node, list):
            for index, value in enumerate(node):
                self.walk(value, [*path, index])

    @staticmethod
    def is_schema(path):
        """Whether a schema can stand here, rather than a map of them."""
        inside = path[:2] == ["components", "schemas"] and len(path) > 2 or "schema" in path
        return inside and (path[-1] != "properties" or path[-2:-1] == ["properties"])


def main():
    """Prints what is wrong and the counts; the exit code tells whether anything was."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "spec/kibana.yaml"
    document = yaml.load(file.read_text(encoding="utf-8"), Loader=JsonLoader)

    problems = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in OpenAPIV30SpecValidator(document).iter_errors()]
    if problems:
        print(*problems, sep="\n")
        return 1

    registry = Registry().with_resource(DOCUMENT, Resource.from_contents(document, default_specification=DRAFT4))
    found = Examples(document)
    found.walk(document, [])

    invalid = {"examples": 0, "defaults": 0}
    for kind, values in (("examples", found.examples), ("defaults", found.defaults)):
        for where, schema, value in values:
            reference = {"$ref": f"{DOCUMENT}#{schema.replace('%', '%25').replace('{', '%7B').replace('}', '%7D')}"}
            validator = OAS30Validator(reference, registry=registry, format_checker=oas30_format_checker)
            errors = list(validator.iter_errors(value))
            invalid[kind] += bool(errors)
            problems += [f"{where}: {error.json_path}: {error.message}" for error in errors]

    shared = document["components"].get("examples", {})
    unused = [name for name in shared if f"#/components/examples/{name}" not in found.used]
    problems += [f"/components/examples/{name}: attached nowhere" for name in unused]

    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    operations = sum(method in item for item in document["paths"].values() for method in methods)
    print(*problems, *([""] if problems else []), sep="\n", end="")
    print(f"operations: {operations}")
    print(f"schemas:    {len(document['components']['schemas'])}")
    for kind, values in (("examples", found.examples), ("defaults", found.defaults)):
        print(f"{kind}:   {len(values) - invalid[kind]} of {len(values)} valid")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
