"""Values in words (docs/interop.md): parses and describes them by the JSON form of the IDL.

Knows the types; knows nothing of calls.
"""

import importlib
import json
import math
import re
import struct

TOKEN = re.compile(r"'[0-9a-f]*'|[\[\]{}(),:=]|[^\[\]{}(),:=]+")


class Words:
    def __init__(self, path, module):
        with open(path, encoding="utf-8") as file:
            tree = json.load(file)
        self.structs = {entry["name"]: entry for entry in tree["structs"]}
        self.module = importlib.import_module(module)

    def types_of_arguments(self, path, service):
        """Maps a type's short name (I64 of echoI64) to its type."""
        with open(path, encoding="utf-8") as file:
            tree = json.load(file)
        functions = next(s for s in tree["services"] if s["name"] == service)["functions"]
        return {
            f["name"][4:]: nested(f["arguments"][0], "type", "typeId")
            for f in functions
            if f["name"].startswith("echo")
        }

    def parse(self, text, kind):
        tokens = Tokens(TOKEN.findall(text))
        value = self._parse(tokens, kind)
        assert tokens.at_end(), "text behind the value"
        return value

    def _parse(self, tokens, kind):
        name = kind["typeId"]
        if name == "bool":
            return {"true": True, "false": False}[tokens.take()]
        if name in ("i8", "i16", "i32", "i64"):
            return int(tokens.take())
        if name == "double":
            word = tokens.take()
            return math.nan if word == "nan" else struct.unpack(">d", bytes.fromhex(word))[0]
        if name == "string":
            return bytes.fromhex(tokens.take()[1:-1]).decode("utf-8")
        if name == "binary":
            return bytes.fromhex(tokens.take()[1:-1])
        if name in ("list", "set"):
            element = nested(kind, "elemType", "elemTypeId")
            items = tokens.sequence("[", "]", lambda: self._parse(tokens, element))
            return items if name == "list" else set(items)
        if name == "map":
            return dict(tokens.sequence("{", "}", lambda: self._parse_entry(tokens, kind)))
        return self._parse_struct(tokens, kind["class"])

    def _parse_entry(self, tokens, kind):
        key = self._parse(tokens, nested(kind, "keyType", "keyTypeId"))
        tokens.expect(":")
        return key, self._parse(tokens, nested(kind, "valueType", "valueTypeId"))

    def _parse_struct(self, tokens, name):
        fields = {field["key"]: field for field in self.structs[name]["fields"]}

        def parse_field():
            field = fields[int(tokens.take())]
            tokens.expect("=")
            return field["name"], self._parse(tokens, nested(field, "type", "typeId"))

        pairs = tokens.sequence("(", ")", parse_field)
        return getattr(self.module, name)(**dict(pairs))

    def describe(self, value, kind):
        name = kind["typeId"]
        if name == "bool":
            return "true" if value else "false"
        if name in ("i8", "i16", "i32", "i64"):
            return str(int(value))
        if name == "double":
            return "nan" if math.isnan(value) else struct.pack(">d", value).hex()
        if name == "string":
            return "'" + value.encode("utf-8").hex() + "'"
        if name == "binary":
            return "'" + value.hex() + "'"
        if name in ("list", "set"):
            element = nested(kind, "elemType", "elemTypeId")
            items = [self.describe(item, element) for item in value]
            return "[" + ",".join(items if name == "list" else sorted(items)) + "]"
        if name == "map":
            return self._describe_map(value, kind)
        return self._describe_struct(value, kind["class"])

    def _describe_map(self, value, kind):
        key_type = nested(kind, "keyType", "keyTypeId")
        value_type = nested(kind, "valueType", "valueTypeId")
        entries = [self.describe(k, key_type) + ":" + self.describe(v, value_type) for k, v in value.items()]
        return "{" + ",".join(sorted(entries)) + "}"

    def _describe_struct(self, value, name):
        fields = sorted(self.structs[name]["fields"], key=lambda field: field["key"])
        set_fields = [f for f in fields if getattr(value, f["name"]) is not None]
        words = [
            str(f["key"]) + "=" + self.describe(getattr(value, f["name"]), nested(f, "type", "typeId"))
            for f in set_fields
        ]
        return "(" + ",".join(words) + ")"


class Tokens:
    def __init__(self, tokens):
        self.tokens = tokens
        self.next = 0

    def at_end(self):
        return self.next == len(self.tokens)

    def take(self):
        self.next += 1
        return self.tokens[self.next - 1]

    def expect(self, token):
        taken = self.take()
        assert taken == token, f"expected {token}, got {taken}"

    def sequence(self, opening, closing, parse_item):
        self.expect(opening)
        items = []
        while self.tokens[self.next] != closing:
            if items:
                self.expect(",")
            items.append(parse_item())
        self.expect(closing)
        return items


def nested(owner, key, id_key):
    """The type under `key`, which the JSON form leaves out for base types."""
    return owner.get(key) or {"typeId": owner[id_key]}
