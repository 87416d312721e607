"""Checks objects against the types of Kubernetes' own client library: unknown fields, wrong kinds of values.

What it does not know is which fields are required and what their texts may be.
"""
import functools

import yaml

from chart import ROOT

# Types whose values may be written in more than one way.
FREE = {"io.k8s.apimachinery.pkg.api.resource.Quantity": (str, int), "io.k8s.apimachinery.pkg.util.intstr.IntOrString": (str, int)}
SCALARS = {"string": str, "numeric": (int, float), "boolean": bool}
# Not of Kubernetes itself.
OTHERS = {"cert-manager.io/v1", "monitoring.coreos.com/v1"}


@functools.cache
def types():
    path = next((ROOT / "build/tools").glob("kubernetes-*.yaml"))
    with open(path) as text:
        return {one["name"]: one for one in yaml.load(text, yaml.CSafeLoader)["types"]}


def type_of(api_version, kind):
    group, _, version = api_version.rpartition("/")
    group = {"": "core", "networking.k8s.io": "networking"}.get(group, group)
    return f"io.k8s.api.{group}.{version}.{kind}"


def breaches(value, shape, path):
    if "namedType" in shape:
        name = shape["namedType"]
        if name in FREE:
            if not isinstance(value, FREE[name]):
                yield f"{path}: {value!r} is no {name.rsplit('.', 1)[1]}"
            return
        shape = types()[name]
    if "scalar" in shape:
        kind = shape["scalar"]
        right = SCALARS.get(kind, object)
        if not isinstance(value, right) or (kind == "numeric" and isinstance(value, bool)):
            yield f"{path}: {value!r} is not {kind}"
    elif "list" in shape:
        if not isinstance(value, list):
            yield f"{path}: is no list"
            return
        for index, one in enumerate(value):
            yield from breaches(one, shape["list"]["elementType"], f"{path}[{index}]")
    elif "map" in shape:
        yield from map_breaches(value, shape["map"], path)


def map_breaches(value, shape, path):
    if not isinstance(value, dict):
        yield f"{path}: is no object"
        return
    fields = {one["name"]: one["type"] for one in shape.get("fields", [])}
    for key, one in value.items():
        if key in fields:
            yield from breaches(one, fields[key], f"{path}.{key}")
        elif "elementType" in shape:
            yield from breaches(one, shape["elementType"], f"{path}.{key}")
        else:
            yield f"{path}.{key}: there is no such field"


def check(one):
    """All breaches of one object, as texts."""
    if one["apiVersion"] in OTHERS:
        return []
    name = type_of(one["apiVersion"], one["kind"])
    if name not in types():
        return [f"{name}: there is no such type"]
    return list(breaches(one, {"namedType": name}, one["kind"]))
