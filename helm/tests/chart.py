"""Renders the chart with the real helm."""
import functools
import pathlib
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/onward"
HERE = ROOT / "helm/tests"
HELM = ROOT / "build/tools/helm"
KUBERNETES = "1.34.0"
RELEASE, NAMESPACE = "prod", "privacy"


def helm(*arguments):
    return subprocess.run([HELM, *arguments], capture_output=True, text=True)


def template(values):
    """(text, error) of one rendering; values is a file's path."""
    done = helm("template", RELEASE, str(CHART), "--namespace", NAMESPACE, "--kube-version", KUBERNETES, "-f", str(values))
    return done.stdout, done.stderr if done.returncode else ""


@functools.cache
def rendered(name):
    """Text of helm/tests/accept/NAME.yaml."""
    text, error = template(HERE / f"accept/{name}.yaml")
    if error:
        raise AssertionError(f"{name}: {error}")
    return text


@functools.cache
def objects(name):
    return [one for one in yaml.safe_load_all(rendered(name)) if one]


def accepted():
    return sorted(path.stem for path in (HERE / "accept").glob("*.yaml"))


def find(name, kind, suffix=""):
    """The one object of a kind whose name ends so."""
    found = [one for one in objects(name) if one["kind"] == kind and one["metadata"]["name"].endswith(suffix)]
    if len(found) != 1:
        raise AssertionError(f"{name}: {len(found)} objects {kind} *{suffix}")
    return found[0]


def pods(name):
    """(name, pod template) of everything that makes pods."""
    for one in objects(name):
        if one["kind"] == "Pod":
            yield one["metadata"]["name"], one
        elif one["kind"] == "StatefulSet":
            yield one["metadata"]["name"], one["spec"]["template"]
        elif one["kind"] == "CronJob":
            yield one["metadata"]["name"], one["spec"]["jobTemplate"]["spec"]["template"]


def containers(pod):
    return pod["spec"].get("initContainers", []) + pod["spec"]["containers"]


def container(pod, name):
    return next(one for one in containers(pod) if one["name"] == name)
