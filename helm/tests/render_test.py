#!/usr/bin/env python3
"""What the chart renders, as the real helm renders it: assertions on the objects.

Python and not helm-unittest: most of what must hold ties several objects together (selectors, claims, Secrets,
ports, the server's own options), which a list of paths and values in YAML cannot say.
"""
import copy
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import kubernetes_schema
from chart import (CHART, HERE, NAMESPACE, RELEASE, ROOT, accepted, container, containers, find, helm, objects, pods,
                   rendered, template)

SECRET_FIELDS = ("password", "privateKey:\n", "BEGIN ", "stringData")


def labels_of(pod):
    return pod["metadata"]["labels"]


def matches(selector, labels):
    return selector and all(labels.get(key) == value for key, value in selector.items())


def for_each(test):
    """The test, once for each set of values that is accepted."""

    @functools.wraps(test)
    def all_of_them(self):
        for name in accepted():
            with self.subTest(values=name):
                test(self, name)

    return all_of_them


class Accepted(unittest.TestCase):
    """Holds for each set of values that is accepted."""

    def test_there_are_twenty(self):
        self.assertGreaterEqual(len(accepted()), 20)

    @for_each
    def test_same_bytes_twice(self, name):
        self.assertEqual(rendered(name), template(HERE / f"accept/{name}.yaml")[0])

    @for_each
    def test_lint(self, name):
        done = helm("lint", "--strict", "--quiet", "-f", str(HERE / f"accept/{name}.yaml"), str(CHART))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @for_each
    def test_kubernetes_knows_every_field(self, name):
        for one in objects(name):
            self.assertEqual(kubernetes_schema.check(one), [], one["metadata"]["name"])

    @for_each
    def test_names_are_unique_labelled_and_short(self, name):
        seen = [(one["kind"], one["metadata"]["name"]) for one in objects(name)]
        self.assertEqual(len(seen), len(set(seen)))
        for one in objects(name):
            self.assertLessEqual(len(one["metadata"]["name"]), 52)  # a CronJob's limit
            self.assertEqual(one["metadata"]["namespace"], NAMESPACE)
            self.assertEqual(one["metadata"]["labels"]["app.kubernetes.io/instance"], RELEASE)

    @for_each
    def test_no_secret_is_made_and_none_is_shown(self, name):
        self.assertNotIn("Secret", [one["kind"] for one in objects(name)])
        for word in SECRET_FIELDS:
            self.assertNotIn(word, rendered(name).replace("privateKey: {", ""))

    @for_each
    def test_only_the_test_is_a_hook(self, name):
        for one in objects(name):
            hook = one["metadata"].get("annotations", {}).get("helm.sh/hook")
            self.assertEqual(hook, "test" if one["kind"] == "Pod" else None)

    @for_each
    def test_pod_security_restricted(self, name):
        for _, pod in pods(name):
            spec = pod["spec"]
            self.assertFalse(spec["automountServiceAccountToken"])
            self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertGreaterEqual(spec["securityContext"]["runAsUser"], 10000)
            self.assertEqual(spec["securityContext"]["fsGroup"], spec["securityContext"]["runAsUser"])
            for key in ("hostNetwork", "hostPID", "hostIPC"):
                self.assertNotIn(key, spec)
            for volume in spec["volumes"]:
                kinds = set(volume) - {"name"}
                self.assertLessEqual(kinds, {"emptyDir", "configMap", "secret", "persistentVolumeClaim"})
                if "emptyDir" in kinds:
                    self.assertIn("sizeLimit", volume["emptyDir"])
            for one in containers(pod):
                context = one["securityContext"]
                self.assertTrue(context["runAsNonRoot"])
                self.assertTrue(context["readOnlyRootFilesystem"])
                self.assertFalse(context["allowPrivilegeEscalation"])
                self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                self.assertNotIn("hostPort", yaml.dump(one))
                self.assertIn("memory", one["resources"]["limits"])

    @for_each
    def test_volumes_and_mounts_meet(self, name):
        for where, pod in pods(name):
            volumes = {one["name"] for one in pod["spec"]["volumes"]}
            if any(one["kind"] == "StatefulSet" and one["metadata"]["name"] == where for one in objects(name)):
                volumes.add("data")
            mounts = {mount["name"] for one in containers(pod) for mount in one["volumeMounts"]}
            self.assertEqual(mounts, volumes)
            for one in containers(pod):
                self.assertNotIn("subPath", yaml.dump(one["volumeMounts"]))

    @for_each
    def test_config_maps_and_claims_that_are_named_are_there(self, name):
        made = {(one["kind"], one["metadata"]["name"]) for one in objects(name)}
        values = yaml.safe_load((HERE / f"accept/{name}.yaml").read_text())
        for _, pod in pods(name):
            for volume in pod["spec"]["volumes"]:
                if "configMap" in volume and volume["configMap"]["name"] not in ("our-policy", "our-keys", "id-ca"):
                    self.assertIn(("ConfigMap", volume["configMap"]["name"]), made)
                claim = volume.get("persistentVolumeClaim", {}).get("claimName")
                if claim and "existingClaim" not in yaml.dump(values):
                    self.assertIn(("PersistentVolumeClaim", claim), made)

    @for_each
    def test_selectors_meet_one_pod(self, name):
        labels = {where: labels_of(pod) for where, pod in pods(name)}
        server = find(name, "StatefulSet")
        wanted = [server["spec"]["selector"]["matchLabels"]]
        for one in objects(name):
            if one["kind"] == "Service":
                wanted.append(one["spec"]["selector"])
            if one["kind"] == "PodDisruptionBudget":
                wanted.append(one["spec"]["selector"]["matchLabels"])
        for selector in wanted:
            met = [where for where, have in labels.items() if matches(selector, have)]
            self.assertEqual(met, [server["metadata"]["name"]])

    @for_each
    def test_one_server(self, name):
        server = find(name, "StatefulSet")
        self.assertEqual(server["spec"]["replicas"], 1)
        self.assertIn(("Service", server["spec"]["serviceName"]),
                      [(one["kind"], one["metadata"]["name"]) for one in objects(name)])

    @for_each
    def test_the_server_has_no_port(self, name):
        onwardd = container(find(name, "StatefulSet")["spec"]["template"], "onwardd")
        self.assertEqual([one["name"] for one in onwardd.get("ports", [])], ["metrics"] if name.startswith("metrics") else [])
        self.assertIn("--listen=unix:/run/onward/onward.sock", onwardd["args"])
        self.assertEqual(sum(one.startswith("--listen") for one in onwardd["args"]), 1)
        self.assertNotIn("--insecure-allow-remote", yaml.dump(onwardd))

    @for_each
    def test_the_edge_has_every_setting(self, name):
        if name.endswith("no-edge"):
            return
        config = find(name, "ConfigMap", "-edge")["data"]["nginx.conf"]
        self.assertNotIn("${", "\n".join(re.sub(r"#.*", "", line) for line in config.split("\n")))


class Refused(unittest.TestCase):
    def test_each_with_a_reason(self):
        for path in sorted((HERE / "refuse").glob("*.yaml")):
            with self.subTest(values=path.stem):
                reason = path.read_text().split("\n")[0].removeprefix("# ")
                text, error = template(path)
                self.assertNotEqual(error, "", text[:500])
                self.assertIn(reason, error)

    def test_every_object_of_the_schema_is_closed(self):
        schema = yaml.safe_load((CHART / "values.schema.json").read_text())

        def walk(node, path):
            if isinstance(node, dict):
                if node.get("type") == "object" and "properties" in node:
                    self.assertIs(node.get("additionalProperties"), False, path)
                for key, one in node.items():
                    walk(one, f"{path}/{key}")

        walk(schema, "")

    def test_every_value_has_a_place_in_the_schema_and_the_other_way_round(self):
        schema = yaml.safe_load((CHART / "values.schema.json").read_text())
        values = yaml.safe_load((CHART / "values.yaml").read_text())

        def walk(node, value, path):
            if "properties" not in node or path in ("/server/options", "/edge/settings"):
                return
            self.assertEqual(set(node["properties"]) - {"global"}, set(value), path)
            for key, one in node["properties"].items():
                if key != "global":
                    walk(one, value[key], f"{path}/{key}")

        walk(schema, values, "")


class Facts(unittest.TestCase):
    """What single values do."""

    def server(self, name):
        return find(name, "StatefulSet")["spec"]["template"]

    def test_image(self):
        image = lambda name: container(self.server(name), "onwardd")["image"]
        self.assertEqual(image("minimal"), "onward:0.1.0")
        self.assertEqual(image("tag"), "example.org/onward:0.1.0-1")
        self.assertRegex(image("registry-digest"), r"^images\.example\.org/platform/onward@sha256:[0-9a-f]{64}$")

    def test_numbers_stay_whole(self):
        arguments = container(self.server("every-number"), "onwardd")["args"]
        self.assertIn("--store-free-bytes-min=1099511627776", arguments)
        self.assertIn("--timeline-changes-max=100000000", arguments)
        self.assertIn("--store-ballast-bytes=0", arguments)
        self.assertIn("--reflection=off", arguments)

    def test_audit_key_is_a_file_of_the_named_secret(self):
        pod = self.server("audit")
        self.assertIn("--audit-key=/etc/onward/audit/audit.key", container(pod, "onwardd")["args"])
        secret = next(one["secret"] for one in pod["spec"]["volumes"] if one["name"] == "audit")
        self.assertEqual(secret["secretName"], "audit-key")
        self.assertNotIn("audit-key", yaml.dump(container(self.server("minimal"), "onwardd")))

    def test_access_policy_is_a_file_and_the_edge_is_believed(self):
        own = container(self.server("access"), "onwardd")
        self.assertIn("--access-policy=/etc/onward/access/access.yaml", own["args"])
        self.assertIn("--trust-edge-client-cert", own["args"])
        policy = yaml.safe_load(find("access", "ConfigMap", "-access")["data"]["access.yaml"])
        self.assertEqual(policy["kind"], "AccessPolicy")
        volume = lambda name, which: next(one for one in self.server(name)["spec"]["volumes"] if one["name"] == which)["configMap"]
        self.assertEqual(volume("access", "access")["name"], "prod-onward-access")
        self.assertEqual(volume("access-own", "access")["name"], "our-policy")
        self.assertNotIn("access", yaml.dump(container(self.server("minimal"), "onwardd")))

    def test_tokens(self):
        arguments = container(self.server("jwt-url"), "onwardd")["args"]
        for one in ("--jwt-keys=https://id.example.org/keys", "--jwt-issuer=https://id.example.org/", "--jwt-audience=onward",
                    "--jwt-keys-ca=/etc/onward/jwt-ca/ca.crt"):
            self.assertIn(one, arguments)
        self.assertIn("--jwt-keys=/etc/onward/jwt/keys.json", container(self.server("jwt-file"), "onwardd")["args"])
        config = lambda name: find(name, "ConfigMap", "-edge")["data"]["nginx.conf"]
        self.assertIn("ssl_verify_client optional;", config("jwt-url"))
        self.assertIn("ssl_verify_client on;", config("access"))

    def test_metrics_are_read_by_prometheus_alone(self):
        pod = container(self.server("metrics"), "onwardd")
        self.assertIn("--metrics-listen=0.0.0.0:9464", pod["args"])
        self.assertIn("--metrics-inventories-max=20", pod["args"])
        monitor = find("metrics", "ServiceMonitor")
        self.assertEqual(monitor["metadata"]["labels"]["release"], "prometheus")
        service = find("metrics", "Service", "-pods")
        self.assertTrue(matches(monitor["spec"]["selector"]["matchLabels"], service["metadata"]["labels"]))
        self.assertEqual(service["spec"]["ports"][0]["name"], monitor["spec"]["endpoints"][0]["port"])
        rules = [rule for rule in find("metrics", "NetworkPolicy", f"{RELEASE}-onward")["spec"]["ingress"] if rule["ports"][0]["port"] == "metrics"]
        self.assertEqual([rule["from"] for rule in rules],
                         [[{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]])
        bare = find("metrics-no-edge", "NetworkPolicy")["spec"]["ingress"]
        self.assertEqual([rule["ports"][0]["port"] for rule in bare], ["metrics"])
        self.assertNotIn("metrics", yaml.dump(container(self.server("minimal"), "onwardd")))

    def test_rules_and_dashboard_are_the_files(self):
        files = ROOT / "services/metrics"
        self.assertEqual(find("metrics", "PrometheusRule")["spec"], yaml.safe_load((files / "alerts.yaml").read_text()))
        dashboard = find("metrics", "ConfigMap", "-dashboard")
        self.assertEqual(json.loads(dashboard["data"]["onward.json"]), json.loads((files / "dashboard.json").read_text()))
        self.assertEqual(dashboard["metadata"]["labels"]["grafana_dashboard"], "1")

    def test_without_edge_no_way_in(self):
        kinds = [one["kind"] for one in objects("no-edge")]
        self.assertNotIn("ConfigMap", kinds)
        self.assertNotIn("Pod", kinds)
        self.assertEqual(kinds.count("Service"), 1)
        self.assertEqual(find("no-edge", "NetworkPolicy")["spec"]["ingress"], [])
        self.assertEqual([one["name"] for one in containers(self.server("no-edge"))], ["onwardd"])

    def test_edge_asks_for_certificates_unless_told_otherwise(self):
        config = lambda name: find(name, "ConfigMap", "-edge")["data"]["nginx.conf"]
        self.assertIn("ssl_verify_client on;", config("minimal"))
        self.assertIn("ssl_verify_client off;", config("anonymous"))
        self.assertIn("listen 9443 ssl http2;", config("edge-settings"))
        self.assertIn("rate=500r/s", config("edge-settings"))
        self.assertIn("access_log /dev/null edge;", config("edge-settings"))

    def test_edge_reads_tls_and_runs_beside(self):
        pod = self.server("minimal")
        edge = container(pod, "edge")
        self.assertEqual(edge["restartPolicy"], "Always")
        self.assertIn("grpc", edge["readinessProbe"])
        self.assertNotIn("grpc", edge["startupProbe"])  # the server starts after it
        modes = {one["name"]: one["secret"].get("defaultMode") for one in pod["spec"]["volumes"] if "secret" in one}
        self.assertEqual(modes["edge-tls"], 0o440)

    def test_service_meets_the_edge(self):
        for name in ("minimal", "load-balancer", "edge-settings"):
            service = find(name, "Service", f"{RELEASE}-onward")
            target = service["spec"]["ports"][0]["targetPort"]
            self.assertIn(target, [one["name"] for one in container(self.server(name), "edge")["ports"]])
            self.assertNotIn("health", yaml.dump(service["spec"]["ports"]))

    def test_network_policy_is_closed_but_for_the_edge(self):
        policy = find("minimal", "NetworkPolicy", f"{RELEASE}-onward")["spec"]
        self.assertEqual(policy["policyTypes"], ["Ingress", "Egress"])
        self.assertEqual(policy["egress"], [])
        self.assertEqual([rule["ports"] for rule in policy["ingress"]], [[{"port": "edge", "protocol": "TCP"}]])
        self.assertIn({"podSelector": {"matchLabels": {"onward-client": "true"}}}, policy["ingress"][0]["from"])
        with_clients = find("clients", "NetworkPolicy", f"{RELEASE}-onward")["spec"]["ingress"][0]["from"]
        self.assertNotIn({"podSelector": {"matchLabels": {"onward-client": "true"}}}, with_clients)
        self.assertIn({"ipBlock": {"cidr": "198.51.100.0/24", "except": ["198.51.100.128/25"]}}, with_clients)
        self.assertEqual(find("audit", "NetworkPolicy", f"{RELEASE}-onward")["spec"]["egress"][0]["ports"][0]["port"], 443)
        self.assertNotIn("NetworkPolicy", [one["kind"] for one in objects("no-network-policy")])

    def test_jobs_may_reach_the_edge(self):
        policy = find("minimal", "NetworkPolicy", f"{RELEASE}-onward")["spec"]
        peers = [peer["podSelector"]["matchLabels"] for peer in policy["ingress"][0]["from"]]
        for where, pod in pods("minimal"):
            if where != f"{RELEASE}-onward":
                self.assertTrue(any(matches(peer, labels_of(pod)) for peer in peers), where)
                own = find("minimal", "NetworkPolicy", "-client")["spec"]["podSelector"]["matchLabels"]
                self.assertTrue(matches(own, labels_of(pod)))

    def test_backup_makes_then_verifies(self):
        job = find("minimal", "CronJob")["spec"]
        self.assertEqual(job["concurrencyPolicy"], "Forbid")
        pod = job["jobTemplate"]["spec"]["template"]
        self.assertEqual([one["name"] for one in containers(pod)], ["way-in", "create", "verify"])
        self.assertEqual(container(pod, "create")["command"][1:5], ["backup", "create", "--keep", "14"])
        self.assertEqual(container(pod, "verify")["command"][1:3], ["backup", "verify"])
        self.assertEqual(pod["spec"]["restartPolicy"], "Never")
        self.assertIn("--backup-dir=/var/backups/onward/backups", container(self.server("minimal"), "onwardd")["args"])

    def test_backup_volume_is_kept(self):
        claim = find("minimal", "PersistentVolumeClaim", "-backups")
        self.assertEqual(claim["metadata"]["annotations"]["helm.sh/resource-policy"], "keep")
        volume = next(one for one in self.server("backup-claim")["spec"]["volumes"] if one["name"] == "backups")
        self.assertEqual(volume["persistentVolumeClaim"], {"claimName": "nfs-backups"})
        self.assertNotIn("PersistentVolumeClaim", [one["kind"] for one in objects("backup-claim")])
        kinds = [one["kind"] for one in objects("no-backup")]
        self.assertNotIn("CronJob", kinds)
        self.assertNotIn("backup", yaml.dump(container(self.server("no-backup"), "onwardd")))

    def test_data_outlives_the_release(self):
        spec = find("storage-class", "StatefulSet")["spec"]
        self.assertEqual(spec["persistentVolumeClaimRetentionPolicy"], {"whenDeleted": "Retain", "whenScaled": "Retain"})
        claim = spec["volumeClaimTemplates"][0]["spec"]
        self.assertEqual(claim, {"accessModes": ["ReadWriteOnce"], "storageClassName": "fast",
                                 "resources": {"requests": {"storage": "500Gi"}}})
        self.assertNotIn("storageClassName", find("minimal", "StatefulSet")["spec"]["volumeClaimTemplates"][0]["spec"])

    def test_a_claim_template_holds_nothing_that_an_upgrade_changes(self):
        text = yaml.dump(find("labelled", "StatefulSet")["spec"]["volumeClaimTemplates"])
        for word in ("version", "helm.sh/chart", "team"):
            self.assertNotIn(f"{word}:", text.replace("apiVersion:", ""))

    def test_cert_manager(self):
        certificate = find("cert-manager", "Certificate")["spec"]
        self.assertEqual(certificate["secretName"], "prod-onward-edge-tls")
        self.assertIn("prod-onward.privacy.svc", certificate["dnsNames"])
        self.assertIn("onward.example.org", certificate["dnsNames"])
        self.assertEqual(certificate["issuerRef"]["kind"], "ClusterIssuer")
        self.assertIn("prod-onward-edge-tls", [one["secret"]["secretName"] for one in
                                               self.server("cert-manager")["spec"]["volumes"] if "secret" in one])
        self.assertNotIn("Certificate", [one["kind"] for one in objects("minimal")])

    def test_probes_are_real_calls(self):
        onwardd = container(self.server("minimal"), "onwardd")
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            self.assertEqual(onwardd[probe]["exec"]["command"],
                             ["/usr/bin/onward", "status", "--server", "unix:/run/onward/onward.sock"])
        self.assertEqual(onwardd["startupProbe"]["failureThreshold"] * onwardd["startupProbe"]["periodSeconds"], 600)

    def test_an_end_in_good_order(self):
        self.assertEqual(self.server("every-number")["spec"]["terminationGracePeriodSeconds"], 60)
        self.assertEqual(self.server("edge-port")["spec"]["terminationGracePeriodSeconds"], 120)

    def test_one_user_for_all(self):
        self.assertEqual(self.server("edge-port")["spec"]["securityContext"]["runAsUser"], 20000)

    def test_pdb(self):
        self.assertEqual(find("minimal", "PodDisruptionBudget")["spec"]["maxUnavailable"], 1)
        self.assertEqual(find("pdb-zero", "PodDisruptionBudget")["spec"]["maxUnavailable"], 0)
        self.assertNotIn("PodDisruptionBudget", [one["kind"] for one in objects("no-pdb")])

    def test_placed_and_labelled(self):
        pod = self.server("placed")
        self.assertEqual(pod["spec"]["nodeSelector"], {"disk": "ssd"})
        self.assertEqual(pod["spec"]["tolerations"][0]["key"], "dedicated")
        self.assertEqual(pod["spec"]["priorityClassName"], "business")
        self.assertEqual(pod["metadata"]["annotations"]["example.org/scrape"], "no")
        for one in objects("labelled"):
            self.assertTrue(one["metadata"]["name"].startswith("transfers"))
            self.assertEqual(one["metadata"]["labels"]["cost-centre"], "4711")
            self.assertEqual(one["metadata"]["annotations"]["owner"], "dpo@example.org")

    def test_service_account(self):
        self.assertEqual(self.server("service-account")["spec"]["serviceAccountName"], "transfers")
        self.assertNotIn("ServiceAccount", [one["kind"] for one in objects("service-account")])
        self.assertIs(find("minimal", "ServiceAccount")["automountServiceAccountToken"], False)

    def test_a_changed_edge_restarts_the_pod(self):
        checksum = lambda name: self.server(name)["metadata"]["annotations"]["checksum/edge"]
        self.assertNotEqual(checksum("minimal"), checksum("anonymous"))
        self.assertEqual(checksum("minimal"), checksum("no-pdb"))


class Same(unittest.TestCase):
    def test_edge_files_are_those_of_the_edge(self):
        for name in ("nginx.conf.template", "settings.env"):
            self.assertEqual((CHART / "files" / name).read_text(), (ROOT / "services/edge" / name).read_text(),
                             f"cp services/edge/{name} helm/onward/files/")
        for name in ("alerts.yaml", "dashboard.json"):
            self.assertEqual((CHART / "files" / name).read_text(), (ROOT / "services/metrics" / name).read_text(),
                             f"cp services/metrics/{name} helm/onward/files/")

    def test_package_is_the_same_twice_and_holds_no_tests(self):
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for part in ("one", "two"):
                done = helm("package", str(CHART), "--destination", os.path.join(folder, part))
                self.assertEqual(done.returncode, 0, done.stderr)
                names.append(os.path.join(folder, part, "onward-0.1.0.tgz"))
            listed = subprocess.run(["tar", "tzf", names[0]], capture_output=True, text=True).stdout.split()
            self.assertIn("onward/values.schema.json", listed)
            self.assertIn("onward/files/nginx.conf.template", listed)
            self.assertEqual(len(listed), len(set(listed)))


class TheSchemaItself(unittest.TestCase):
    """That it catches what it should."""

    def breaches(self, change):
        one = copy.deepcopy(find("minimal", "StatefulSet"))
        change(one)
        return kubernetes_schema.check(one)

    def test_planted(self):
        plant = {
            "unknown field": lambda one: one["spec"].update(replica=1),
            "text for a number": lambda one: one["spec"].update(replicas="1"),
            "number for a text": lambda one: one["spec"].update(serviceName=7),
            "object for a list": lambda one: one["spec"]["template"]["spec"].update(volumes={}),
            "deep": lambda one: one["spec"]["template"]["spec"]["containers"][0]["livenessProbe"].update(http={}),
            "no such type": lambda one: one.update(kind="StatefulSets"),
        }
        for name, change in plant.items():
            with self.subTest(plant=name):
                self.assertEqual(len(self.breaches(change)), 1)


if __name__ == "__main__":
    if not shutil.which("tar"):
        raise SystemExit("render_test: tar is missing")
    unittest.main()
